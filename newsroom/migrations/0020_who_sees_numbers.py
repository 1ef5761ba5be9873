"""Operators and sales see the numbers of the business, and the rows they are made of."""

from django.db import migrations

from newsroom.migrations._granting import granting

SEEN = ("see_numbers", "view_revenueday", "view_mrrmovement")
MAY = {"Operator": SEEN, "Sales": SEEN}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0019_who_sees_vouchers"), ("memberships", "0024_numbers")]

    operations = [migrations.RunPython(let_them, no_longer)]
