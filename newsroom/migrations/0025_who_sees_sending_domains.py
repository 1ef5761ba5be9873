"""Operators see whether the records of the domain we send by are published, and have them checked."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_sendingdomain",)}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0024_who_sets_the_pace"), ("newsletters", "0011_sending_domains")]

    operations = [migrations.RunPython(let_them, no_longer)]
