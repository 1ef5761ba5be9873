"""Operators move lists in and take one away as a file; support and sales see who came, and what everybody agreed to."""

from django.db import migrations

from newsroom.migrations._granting import granting

SEE = ("view_signupact", "view_listimport", "view_listimportrow")
MAY = {"Operator": (*SEE, "add_listimport", "delete_listimport", "export_list"), "Support": SEE, "Sales": SEE}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0025_who_sees_sending_domains"), ("newsletters", "0012_moving_in")]

    operations = [migrations.RunPython(let_them, no_longer)]
