from importlib import import_module

from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "memberships"

    def ready(self) -> None:
        """Begin to listen; the receivers need the models, which exist only from here on."""
        import_module("memberships.receivers")
