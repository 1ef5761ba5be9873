"""Support, sales and operators see sign-ins and write notes about members; nobody changes either."""

from django.db import migrations

from newsroom.migrations._granting import granting

_CODES = ("view_signin", "view_membernote", "add_membernote")
MAY = {"Operator": _CODES, "Support": _CODES, "Sales": _CODES}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0014_who_moves_members_in"), ("memberships", "0018_sign_ins_and_notes")]

    operations = [migrations.RunPython(let_them, no_longer)]
