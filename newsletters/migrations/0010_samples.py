from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0009_receiving_domains")]

    operations = [
        migrations.AddField(
            model_name="newsletter",
            name="sample",
            field=models.CharField(
                blank=True,
                help_text="A sentence or two as they could stand in it.",
                max_length=300,
                verbose_name="sample",
                default="",
            ),
            preserve_default=False,
        ),
    ]
