"""Dead claims are looked for every minute, in tables that only grow."""

from django.db import migrations, models
from django.db.models import Q

CREATE = "CREATE INDEX delivery_claims ON newsletters_delivery (claimed_at) WHERE state = 'claimed';"
DROP = "DROP INDEX delivery_claims;"


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0002_delivery_ledger")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=Q(state="claimed"), fields=["claimed_at"], name="message_claims"),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
