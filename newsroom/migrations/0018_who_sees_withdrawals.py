"""Support and operators see who withdrew and answer what waits for a person; sales see it."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {
    "Operator": ("view_withdrawal", "change_withdrawal"),
    "Support": ("view_withdrawal", "change_withdrawal"),
    "Sales": ("view_withdrawal",),
}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0017_who_makes_codes"), ("memberships", "0021_withdrawals")]

    operations = [migrations.RunPython(let_them, no_longer)]
