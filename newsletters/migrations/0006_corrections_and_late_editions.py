"""An edition may be the correction of another, for whoever has the wrong one, and lists say how late is too late."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("composed", "composed"),
    ("approved", "approved"),
    ("held", "held back"),
    ("sending", "sending"),
    ("sent", "sent"),
    ("empty", "nothing new, not sent"),
    ("halted", "halted"),
    ("left_out", "left out"),
]


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0005_claims_variants_and_sums")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="kind",
            field=models.CharField(
                choices=[("regular", "regular"), ("correction", "correction")],
                default="regular",
                editable=False,
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="parent",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="newsletters.edition",
                verbose_name="corrects",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="corrects_up_to",
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name="corrects up to variant"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=~Q(kind="correction")
                | Q(parent__isnull=False, corrects_up_to__isnull=False, is_primary=False),
                name="edition_correction_is_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                condition=Q(kind="correction", state="composed"),
                fields=("parent",),
                name="edition_one_open_correction",
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="state",
            field=models.CharField(choices=STATES, default="composed", max_length=16, verbose_name="state"),
        ),
        migrations.AddField(
            model_name="edition",
            name="may_be_late",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="An editor said that it goes out all the same.",
                verbose_name="may be late",
            ),
        ),
        migrations.AddField(
            model_name="newsletter",
            name="most_late",
            field=models.PositiveSmallIntegerField(
                default=6,
                help_text="Hours after its moment in which an edition may still go out by itself.",
                verbose_name="not later than",
            ),
        ),
    ]
