from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "articles"
    verbose_name = _("News")

    def ready(self) -> None:
        """Make imagefield know how the sizes of a picture are written, and listen to what happens."""
        from articles import receivers  # noqa: F401, PLC0415 - models can be imported only now
        from articles.media import processors  # noqa: F401, PLC0415 - imagefield can be imported only now
