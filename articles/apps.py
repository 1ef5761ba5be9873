from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "articles"

    def ready(self) -> None:
        """Make imagefield know how the sizes of a picture are written."""
        from articles.media import processors  # noqa: F401, PLC0415 - imagefield can be imported only now
