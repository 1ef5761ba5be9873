"""Support, sales and operators see what members agreed to; nobody changes it."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_consent",), "Support": ("view_consent",), "Sales": ("view_consent",)}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0011_who_gives_money_back"), ("memberships", "0013_consent")]

    operations = [migrations.RunPython(let_them, no_longer)]
