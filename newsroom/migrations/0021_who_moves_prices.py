"""Operators and sales move prices; they and support see whom it was told, changes of plan and rests."""

from django.db import migrations

from newsroom.migrations._granting import granting

SEES = ("view_pricemove", "view_pricenotice", "view_planchange", "view_pause")
MOVES = ("add_pricemove", "change_pricemove", *SEES)
MAY = {"Operator": MOVES, "Sales": MOVES, "Support": SEES}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0020_who_sees_numbers"), ("memberships", "0025_ends")]

    operations = [migrations.RunPython(let_them, no_longer)]
