"""An edition may be the correction of another, for whoever has the wrong one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


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
    ]
