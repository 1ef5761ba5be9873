"""Support and operators have Stripe's events worked off again."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("replay_stripeevent",), "Support": ("replay_stripeevent",)}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0012_who_sees_consents"), ("memberships", "0016_lanes")]

    operations = [migrations.RunPython(let_them, no_longer)]
