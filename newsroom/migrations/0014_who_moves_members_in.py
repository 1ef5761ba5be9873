"""Operators move members in from another system; support and sales see who came and who is unclear."""

from django.db import migrations

from newsroom.migrations._granting import granting

ACTS = ("view_movingin", "add_movingin", "delete_movingin", "view_movingrow", "change_movingrow")
SEE = ("view_movingin", "view_movingrow")
MAY = {"Operator": ACTS, "Support": SEE, "Sales": SEE}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0013_who_replays_events"), ("memberships", "0017_moving")]

    operations = [migrations.RunPython(let_them, no_longer)]
