"""Whoever sees sign-ups sees what people agreed to."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {name: ("view_signupact",) for name in ("Operator", "Support", "Sales")}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0022_who_proves_students"), ("newsletters", "0009_moving_in")]

    operations = [migrations.RunPython(let_them, no_longer)]
