from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0004_house_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='revision',
            name='is_automatic',
            field=models.BooleanField(default=False, help_text='While somebody was writing.', verbose_name='saved by itself'),
        ),
    ]
