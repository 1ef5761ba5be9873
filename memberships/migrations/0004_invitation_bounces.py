"""A seat says when its invitation could not be delivered. Those seats and the open ones are looked through every minute."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("memberships", "0003_network_ends")]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="bounced_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was known that the invitation cannot arrive.",
                null=True,
                verbose_name="not delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | Q(state="released"), name="seat_not_delivered_is_released"
            ),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(F("team"), Lower("email"), F("id"), name="seat_by_address"),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(condition=Q(state="invited"), fields=["id"], name="seat_offers"),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(
                condition=Q(bounced_at__isnull=False), fields=["bounced_at"], name="seat_not_delivered"
            ),
        ),
    ]
