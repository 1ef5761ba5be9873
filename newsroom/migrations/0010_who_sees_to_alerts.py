"""Support and operators settle alerts and have turns of memberships told again; sales may look."""

from django.db import migrations

from newsroom.migrations._granting import granting

ACTS = ("view_alert", "change_alert", "view_happening", "change_happening")
MAY = {"Operator": ACTS, "Support": ACTS, "Sales": ("view_alert", "view_happening")}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0009_who_keeps_recordings"), ("memberships", "0010_happenings")]

    operations = [migrations.RunPython(let_them, no_longer)]
