"""Editors and operators decide which texts are open to whom; operators set the terms, sales and support may look."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RULES = ("view_accessrule", "add_accessrule", "change_accessrule", "delete_accessrule")
KEEPS = {
    "Editor": (*RULES, "view_paywall"),
    "Operator": (*RULES, "view_paywall", "add_paywall", "change_paywall", "view_meteredreading"),
    "Sales": ("view_accessrule", "view_paywall", "view_meteredreading"),
    "Support": ("view_accessrule", "view_paywall", "view_meteredreading"),
}


def let_them(apps, schema_editor):
    for label in ("articles", "memberships"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    for name, codes in KEEPS.items():
        for group in Group.objects.filter(name=name):
            group.permissions.add(*_permissions(apps, codes))


def no_longer(apps, schema_editor):
    for name, codes in KEEPS.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.remove(*_permissions(apps, codes))


def _permissions(apps, codes):
    Permission = apps.get_model("auth", "Permission")
    return Permission.objects.filter(content_type__app_label__in=["articles", "memberships"], codename__in=codes)


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0002_editors_keep_house_texts"),
        ("articles", "0008_access_rules"),
        ("memberships", "0005_paywall"),
    ]

    operations = [migrations.RunPython(let_them, no_longer)]
