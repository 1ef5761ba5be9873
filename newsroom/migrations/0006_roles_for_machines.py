"""Operators set the policy for crawlers; support sees who reads in a feed reader."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CODES = {
    "Operator": ["view_crawlerpolicy", "add_crawlerpolicy", "change_crawlerpolicy", "view_feedtoken"],
    "Support": ["view_feedtoken"],
    "Sales": ["view_feedtoken"],
}


def let_them(apps, schema_editor):
    for label in ("articles", "memberships"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, codes in CODES.items():
        Group.objects.get(name=role).permissions.add(*Permission.objects.filter(codename__in=codes))


def no_longer(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=CODES):
        group.permissions.remove(*group.permissions.filter(codename__in=CODES[group.name]))


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0003_who_keeps_the_access_rules"),
        ("articles", "0010_machines"),
        ("memberships", "0006_feed_tokens"),
    ]

    operations = [migrations.RunPython(let_them, no_longer)]
