from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewslettersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "newsletters"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        """Begin to listen; the receivers need the models, which exist only from here on."""
        import_module("newsletters.receivers")
        import_module("newsletters.checks")
