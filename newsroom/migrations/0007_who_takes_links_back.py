"""Support and operators take gift links back and revoke passes; sales may look."""

from django.db import migrations

from newsroom.migrations._granting import granting

ACTS = ("view_giftlink", "change_giftlink", "view_revokedpass", "add_revokedpass")
MAY = {"Operator": ACTS, "Support": ACTS, "Sales": ("view_giftlink", "view_revokedpass")}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0006_roles_for_machines"), ("memberships", "0008_sharing")]

    operations = [migrations.RunPython(let_them, no_longer)]
