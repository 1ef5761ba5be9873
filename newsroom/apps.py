from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from newsroom import checks
from newsroom.celery import app as celery_app

__all__ = ["DeskConfig", "NewsroomConfig", "celery_app", "checks"]


class NewsroomConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "newsroom"

    def ready(self) -> None:
        """Begin to listen; the receivers need the models, which exist only from here on."""
        import_module("newsroom.pagecache.receivers")


class DeskConfig(AdminConfig):
    """The admin, in the publication's colours and with a content policy of its own."""

    default_site = "newsroom.desk.Desk"
