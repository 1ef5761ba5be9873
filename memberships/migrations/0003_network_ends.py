"""A range that was taken from a team may be given to another, and its past stays."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("memberships", "0002_append_only_and_ranges")]

    operations = [
        migrations.AddField(
            model_name="network",
            name="ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
        ),
        migrations.RemoveConstraint(model_name="network", name="network_range_has_one_team"),
        migrations.AddConstraint(
            model_name="network",
            constraint=models.UniqueConstraint(
                fields=["cidr"],
                condition=Q(ended_at__isnull=True),
                name="network_range_has_one_team",
                violation_error_message="This range belongs to a team already.",
            ),
        ),
    ]
