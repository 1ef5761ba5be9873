"""Whoever works with pictures works with recordings, and may do as much."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDIT = ("view_recording", "add_recording", "change_recording")
MAY = {"Journalist": EDIT, "Editor": (*EDIT, "delete_recording"), "Operator": (*EDIT, "delete_recording")}


def let_them(apps, schema_editor):
    config = apps.get_app_config("articles")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    for name, codes in MAY.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.add(*_permissions(apps, codes))


def no_longer(apps, schema_editor):
    for name, codes in MAY.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.remove(*_permissions(apps, codes))


def _permissions(apps, codes):
    Permission = apps.get_model("auth", "Permission")
    return Permission.objects.filter(content_type__app_label="articles", codename__in=codes)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0008_reading_rules_roles"), ("articles", "0015_recordings")]

    operations = [migrations.RunPython(let_them, no_longer)]
