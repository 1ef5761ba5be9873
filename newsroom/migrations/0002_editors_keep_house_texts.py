"""Editors and operators may write what the house says about itself."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ["Editor", "Operator"]
CODES = ["view_housetext", "add_housetext", "change_housetext"]


def let_them(apps, schema_editor):
    config = apps.get_app_config("articles")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="articles", codename__in=CODES
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*permissions)


def no_longer(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(codename__in=CODES))


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0001_staff_roles"), ("articles", "0006_chart_units_in_words")]

    operations = [migrations.RunPython(let_them, no_longer)]
