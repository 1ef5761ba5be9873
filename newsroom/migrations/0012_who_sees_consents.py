"""Support, sales and operators see what members agreed to; nobody changes it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MAY = {"Operator": ("view_consent",), "Support": ("view_consent",), "Sales": ("view_consent",)}


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
    dependencies = [("newsroom", "0011_who_gives_money_back"), ("memberships", "0013_consent")]

    operations = [migrations.RunPython(let_them, no_longer)]
