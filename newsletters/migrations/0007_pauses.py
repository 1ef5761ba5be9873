from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0006_corrections_and_late_editions")]

    operations = [
        migrations.AddField(
            model_name="signup",
            name="paused_until",
            field=models.DateField(
                blank=True,
                help_text="Editions come again from this day on.",
                null=True,
                verbose_name="paused until",
            ),
        ),
    ]
