from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0029_not_enough_new'),
    ]

    operations = [
        migrations.AddField(
            model_name='listday',
            name='sunset',
            field=models.PositiveIntegerField(default=0, verbose_name='ended after a silence'),
        ),
    ]
