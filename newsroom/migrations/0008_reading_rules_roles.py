"""Editors and operators keep the reading rules; sales and support may look."""

from django.db import migrations

from newsroom.migrations._granting import granting

KEEP = ("view_readingrule", "add_readingrule", "change_readingrule", "delete_readingrule")
MAY = {"Editor": KEEP, "Operator": KEEP, "Sales": ("view_readingrule",), "Support": ("view_readingrule",)}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0007_who_takes_links_back"), ("memberships", "0009_reading_rules")]

    operations = [migrations.RunPython(let_them, no_longer)]
