"""Whoever works with pictures works with recordings, and may do as much."""

from django.db import migrations

from newsroom.migrations._granting import granting

EDIT = ("view_recording", "add_recording", "change_recording")
MAY = {"Journalist": EDIT, "Editor": (*EDIT, "delete_recording"), "Operator": (*EDIT, "delete_recording")}
let_them, no_longer = granting("articles", MAY)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0008_reading_rules_roles"), ("articles", "0015_recordings")]

    operations = [migrations.RunPython(let_them, no_longer)]
