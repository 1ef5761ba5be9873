from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0005_claims_variants_and_sums")]

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
