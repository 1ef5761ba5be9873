"""Editors and operators see a review as a member would get it, and so how members rank the industries."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Editor": ("view_ranking",), "Operator": ("view_ranking",)}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0026_who_moves_lists_in"), ("newsletters", "0014_reviews")]

    operations = [migrations.RunPython(let_them, no_longer)]
