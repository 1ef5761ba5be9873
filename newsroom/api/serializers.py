"""The shapes of the API. No serializer reads an article's paid text: the full text is handed in, already decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.media import recordings
from articles.models import Article, Author, Byline, Event, Picture, Recording, Section, Series
from articles.models.taxonomy import Access
from newsletters.models import Newsletter


class NamedSerializer(serializers.Serializer[Any]):
    """Anything articles are filed under."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, row: Any) -> str:
        return f"{settings.SITE_URL}{row.get_absolute_url()}"


class SectionSerializer(serializers.ModelSerializer[Section]):
    class Meta:
        model = Section
        fields = ["slug", "name", "name_ar", "name_tr", "description", "position"]


class SeriesSerializer(serializers.ModelSerializer[Series]):
    country = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Series
        fields = ["slug", "name", "name_ar", "name_tr", "description", "country"]


class AuthorSerializer(serializers.ModelSerializer[Author]):
    class Meta:
        model = Author
        fields = ["slug", "name", "name_ar", "name_tr", "role", "city", "description"]


class BylineSerializer(serializers.ModelSerializer[Byline]):
    slug = serializers.CharField(source="author.slug")
    name = serializers.CharField(source="author.name")

    class Meta:
        model = Byline
        fields = ["slug", "name", "role"]


class PictureSerializer(serializers.ModelSerializer[Picture]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Picture
        fields = ["url", "alt", "caption", "credit"]

    def get_url(self, picture: Picture) -> str:
        return f"{settings.SITE_URL}{picture.file.url}"


class RecordingSerializer(serializers.Serializer[Recording]):
    """The recording of an article; the address of one that is not free to all stays out, and is null."""

    kind = serializers.ChoiceField(choices=Recording.Kind.choices)
    title = serializers.CharField()
    credit = serializers.CharField()
    seconds = serializers.IntegerField()
    media_type = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, _recording: Recording) -> str | None:
        article: Article = self.context["article"]
        return f"{settings.SITE_URL}{recordings.address(article)}" if article.access == Access.FREE else None


class ArticleSerializer(serializers.ModelSerializer[Article]):
    """An article as lists show it."""

    id = serializers.UUIDField(source="public_id")
    url = serializers.SerializerMethodField()
    format = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]
    section = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]
    country = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]
    series = serializers.SlugRelatedField(slug_field="slug", read_only=True)  # type: ignore[var-annotated]
    bylines = BylineSerializer(many=True)
    picture = PictureSerializer(source="lead_picture", allow_null=True)
    recording = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(source="first_published_at")

    class Meta:
        model = Article
        fields = [
            "id",
            "url",
            "language",
            "headline",
            "standfirst",
            "format",
            "section",
            "country",
            "series",
            "bylines",
            "dateline",
            "picture",
            "recording",
            "access",
            "word_count",
            "published_at",
            "updated_at",
        ]

    def get_url(self, article: Article) -> str:
        return f"{settings.SITE_URL}{article.get_absolute_url()}"

    @extend_schema_field(RecordingSerializer(allow_null=True))
    def get_recording(self, article: Article) -> dict[str, Any] | None:
        return RecordingSerializer(article.recording, context={"article": article}).data if article.recording else None


class ArticleWithTextSerializer(ArticleSerializer):
    """One article with the text this reader may see; the context carries the ``reading``."""

    html = serializers.SerializerMethodField()
    is_complete = serializers.SerializerMethodField()

    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "html", "is_complete"]

    def get_html(self, _article: Article) -> str:
        return str(self.context["reading"].html)

    def get_is_complete(self, _article: Article) -> bool:
        return bool(self.context["reading"].is_complete)


class NewsletterSerializer(serializers.ModelSerializer[Newsletter]):
    is_premium = serializers.SerializerMethodField()

    class Meta:
        model = Newsletter
        fields = ["slug", "name", "tagline", "description", "language", "days", "send_at", "time_zone", "is_premium"]

    def get_is_premium(self, newsletter: Newsletter) -> bool:
        return newsletter.product_id is not None


class EventSerializer(serializers.ModelSerializer[Event]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = [
            "slug",
            "url",
            "language",
            "kind",
            "title",
            "standfirst",
            "starts_at",
            "ends_at",
            "time_zone",
            "place",
            "access",
        ]

    def get_url(self, event: Event) -> str:
        return f"{settings.SITE_URL}{event.get_absolute_url()}"
