from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0031_counted_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='sending_since',
            field=models.DateTimeField(editable=False, help_text='Since copies were last given free to be handed over.', null=True, verbose_name='being sent since'),
        ),
    ]
