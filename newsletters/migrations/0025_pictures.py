from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0024_foreign_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='newsletter',
            name='shows_pictures',
            field=models.BooleanField(default=True, help_text='That of the first story, and the newsletter’s own above it.', verbose_name='with pictures'),
        ),
    ]
