"""Operators and sales make promotions; they and support see why people leave and who was written to."""

from django.db import migrations

from newsroom.migrations._granting import granting

SEES = ("view_promotion", "view_leaving", "view_winback")
MAKES = ("add_promotion", "change_promotion", "delete_promotion", *SEES)
MAY = {"Operator": MAKES, "Sales": MAKES, "Support": SEES}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0016_who_changes_accounts"), ("memberships", "0020_keeping")]

    operations = [migrations.RunPython(let_them, no_longer)]
