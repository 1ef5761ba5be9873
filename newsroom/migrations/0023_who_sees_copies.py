"""Editors and operators see by name who has an edition, and decide about copies in doubt."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {
    "Editor": ("view_delivery", "change_delivery"),
    "Operator": ("view_delivery", "change_delivery"),
}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0022_who_proves_students"), ("newsletters", "0006_corrections_and_late_editions")]

    operations = [migrations.RunPython(let_them, no_longer)]
