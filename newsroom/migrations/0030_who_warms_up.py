"""Operators say how much a new sending domain sends a day."""

from django.db import migrations

from newsroom.migrations._granting import granting

MAY = {"Operator": ("view_warmup", "add_warmup", "change_warmup", "delete_warmup", "view_warmupshare")}
let_them, no_longer = granting("newsletters", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0029_who_sees_reports"), ("newsletters", "0021_warm_up")]

    operations = [migrations.RunPython(let_them, no_longer)]
