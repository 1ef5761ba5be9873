"""Operators set how fast receiving domains are written to, and end a rest."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_receivingdomain", "add_receivingdomain", "change_receivingdomain", "delete_receivingdomain")}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0023_who_sees_copies"), ("newsletters", "0009_receiving_domains")]

    operations = [migrations.RunPython(let_them, no_longer)]
