"""Permissions for the roles of the house, given by a migration and taken back by its reverse. No migration itself."""

from django.contrib.auth.management import create_permissions


def granting(app_label, may):
    """The two ways of a migration that lets roles do something: ``may`` is codenames by the name of a role.

    Permissions are made first: a new database has none before its last migration is through.
    """

    def let_them(apps, schema_editor):
        config = apps.get_app_config(app_label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
        for group, permissions in _rows(apps):
            group.permissions.add(*permissions)

    def no_longer(apps, schema_editor):
        for group, permissions in _rows(apps):
            group.permissions.remove(*permissions)

    def _rows(apps):
        known = apps.get_model("auth", "Permission").objects.filter(content_type__app_label=app_label)
        for name, codes in may.items():
            for group in apps.get_model("auth", "Group").objects.filter(name=name):
                yield group, known.filter(codename__in=codes)

    return let_them, no_longer
