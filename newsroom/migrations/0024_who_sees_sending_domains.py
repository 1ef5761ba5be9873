"""Operators see whether the records of the domain we send by are published, and have them checked."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_sendingdomain",)}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0022_who_proves_students"), ("newsletters", "0008_sending_domains")]

    operations = [migrations.RunPython(let_them, no_longer)]
