"""Support and operators see who asks for the price for students, look at the documents and answer."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {
    "Operator": ("view_studentproof", "change_studentproof"),
    "Support": ("view_studentproof", "change_studentproof"),
}
let_them, no_longer = granting("memberships", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0021_who_moves_prices"), ("memberships", "0026_students")]

    operations = [migrations.RunPython(let_them, no_longer)]
