"""Support and operators give money back and forgive lost disputes; sales may look."""

from django.db import migrations

from newsroom.migrations._granting import granting

ACTS = ("view_refund", "give_money_back", "view_dispute", "change_dispute")
MAY = {"Operator": ACTS, "Support": ACTS, "Sales": ("view_refund", "view_dispute")}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0010_who_sees_to_alerts"), ("memberships", "0011_money_back")]

    operations = [migrations.RunPython(let_them, no_longer)]
