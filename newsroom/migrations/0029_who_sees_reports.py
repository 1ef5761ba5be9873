"""Operators read what was reported of our mail."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_report",)}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0028_who_sells_places"), ("newsletters", "0019_reports")]

    operations = [migrations.RunPython(let_them, no_longer)]
