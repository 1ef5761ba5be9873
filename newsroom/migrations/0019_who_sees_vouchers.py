"""Support and operators see gift memberships and give their money back; sales sees them. Nobody changes one by hand."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {
    "Operator": ("view_voucher", "give_voucher_back"),
    "Support": ("view_voucher", "give_voucher_back"),
    "Sales": ("view_voucher",),
}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0018_who_sees_withdrawals"), ("memberships", "0022_vouchers")]

    operations = [migrations.RunPython(let_them, no_longer)]
