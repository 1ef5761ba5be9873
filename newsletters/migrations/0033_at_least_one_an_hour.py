"""No limit closes a receiving domain for ever: what was none at all becomes one copy an hour."""

import django.core.validators
from django.db import migrations, models

LIFT = "UPDATE newsletters_receivingdomain SET most_an_hour = 1 WHERE most_an_hour = 0"


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0032_sending_since")]

    operations = [
        migrations.RunSQL(LIFT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="receivingdomain",
            name="most_an_hour",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Empty: as many as it takes.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="copies an hour at most",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivingdomain",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_an_hour__gte", 1)), name="receiving_domain_takes_something"
            ),
        ),
    ]
