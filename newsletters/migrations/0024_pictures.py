from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0023_signs_of_life'),
    ]

    operations = [
        migrations.AddField(
            model_name='newsletter',
            name='shows_pictures',
            field=models.BooleanField(default=True, help_text='That of the first story, and the newsletter’s own above it.', verbose_name='with pictures'),
        ),
    ]
