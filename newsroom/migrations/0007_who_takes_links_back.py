"""Support and operators take gift links back and revoke passes; sales may look."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ACTS = ("view_giftlink", "change_giftlink", "view_revokedpass", "add_revokedpass")
MAY = {"Operator": ACTS, "Support": ACTS, "Sales": ("view_giftlink", "view_revokedpass")}


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
    dependencies = [("newsroom", "0006_roles_for_machines"), ("memberships", "0008_sharing")]

    operations = [migrations.RunPython(let_them, no_longer)]
