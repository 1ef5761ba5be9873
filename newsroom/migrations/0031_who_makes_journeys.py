"""Editors and operators make journeys and write their letters; support and sales see who is on one."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAKE = (
    "view_journey", "add_journey", "change_journey", "delete_journey", "view_step", "add_step", "change_step",
    "delete_step", "view_stepwords", "add_stepwords", "change_stepwords", "delete_stepwords", "view_run",
)  # fmt: skip
SEE = ("view_journey", "view_run")
MAY = {"Editor": MAKE, "Operator": MAKE, "Support": SEE, "Sales": SEE}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0030_who_warms_up"), ("newsletters", "0022_journeys")]

    operations = [migrations.RunPython(let_them, no_longer)]
