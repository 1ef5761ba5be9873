from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0030_sunset_by_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipient',
            name='counted_from',
            field=models.DateTimeField(blank=True, editable=False, help_text='What was sent before is not counted, for what was known of it went.', null=True, verbose_name='counted again since'),
        ),
    ]
