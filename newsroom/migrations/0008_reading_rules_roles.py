"""Editors and operators keep the reading rules; sales and support may look."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

KEEP = ("view_readingrule", "add_readingrule", "change_readingrule", "delete_readingrule")
MAY = {"Editor": KEEP, "Operator": KEEP, "Sales": ("view_readingrule",), "Support": ("view_readingrule",)}


def let_them(apps, schema_editor):
    config = apps.get_app_config("memberships")
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
    return Permission.objects.filter(content_type__app_label="memberships", codename__in=codes)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0007_who_takes_links_back"), ("memberships", "0009_reading_rules")]

    operations = [migrations.RunPython(let_them, no_longer)]
