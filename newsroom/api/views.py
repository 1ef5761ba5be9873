"""The read API's endpoints."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from articles.models import Article, Author, Country, Event, Format, Industry, Section, Series, Topic
from articles.reading import open_article
from memberships import clock
from memberships.access import Reason
from memberships.readers import reader_of
from newsletters.models import Newsletter
from newsroom.api import serializers
from newsroom.api.paging import ByNamePaging, BySlugPosition, BySoonest
from newsroom.api.problems import Closed

# Query parameter → the column it compares. Each takes a slug, except language, which takes a code.
ARTICLE_FILTERS = {
    "language": "language",
    "section": "section__slug",
    "country": "country__slug",
    "series": "series__slug",
    "format": "format__slug",
    "topic": "topics__slug",
    "author": "bylines__author__slug",
}


@extend_schema_view(
    get=extend_schema(
        summary="Published articles, newest first",
        parameters=[OpenApiParameter(name, str, description=f"Only with this {name}.") for name in ARTICLE_FILTERS],
    )
)
class ArticleList(generics.ListAPIView[Article]):
    serializer_class = serializers.ArticleSerializer

    def get_queryset(self) -> QuerySet[Article]:
        wanted = self.request.query_params
        unknown = set(wanted) - set(ARTICLE_FILTERS) - {"cursor", "limit"}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ValidationError({names: [f"There is no filter {names}. There are: {', '.join(ARTICLE_FILTERS)}."]})
        filters = {column: wanted[name] for name, column in ARTICLE_FILTERS.items() if wanted.get(name)}
        return Article.objects.published(clock.now()).filter(**filters).for_cards().select_related("recording")


_SENTENCES = {
    Reason.NEEDS_LOGIN: "The rest of this article is for registered readers.",
    Reason.NEEDS_SUBSCRIPTION: "The rest of this article is for members.",
    Reason.METER_SPENT: "The rest of this article is metered: the site counts readings, the API opens it to members.",
}


@extend_schema(
    summary="One article with the text this reader may see",
    parameters=[
        OpenApiParameter(
            "text", str, enum=["complete"], description="Refuse a closed article with 403 instead of cutting it."
        )
    ],
)
class ArticleDetail(generics.GenericAPIView[Article]):
    serializer_class = serializers.ArticleWithTextSerializer
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Article]:
        return Article.objects.published(clock.now()).for_cards().select_related("recording")

    def get(self, request: Request, **kwargs: Any) -> Response:
        """The article; with ``?text=complete`` a closed one is refused with 403 instead of cut."""
        at = clock.now()
        article = self.get_object()
        reading = open_article(article, reader_of(request._request, at), at)
        if request.query_params.get("text") == "complete" and not reading.is_complete:
            raise Closed(_SENTENCES.get(reading.verdict.reason), code=reading.verdict.reason)
        response = Response(self.get_serializer(article, context={"reading": reading, "request": request}).data)
        response["Cache-Control"] = "private, no-store"
        return response


@extend_schema_view(get=extend_schema(summary="Sections"))
class SectionList(generics.ListAPIView[Section]):
    queryset = Section.objects.all()
    serializer_class = serializers.SectionSerializer
    pagination_class = BySlugPosition


@extend_schema_view(get=extend_schema(summary="Topics"))
class TopicList(generics.ListAPIView[Topic]):
    queryset = Topic.objects.all()
    serializer_class = serializers.NamedSerializer
    pagination_class = ByNamePaging


@extend_schema_view(get=extend_schema(summary="Countries"))
class CountryList(generics.ListAPIView[Country]):
    queryset = Country.objects.all()
    serializer_class = serializers.NamedSerializer
    pagination_class = ByNamePaging


@extend_schema_view(get=extend_schema(summary="Series"))
class SeriesList(generics.ListAPIView[Series]):
    queryset = Series.objects.select_related("country")
    serializer_class = serializers.SeriesSerializer
    pagination_class = ByNamePaging


@extend_schema_view(get=extend_schema(summary="Authors"))
class AuthorList(generics.ListAPIView[Author]):
    queryset = Author.objects.all()
    serializer_class = serializers.AuthorSerializer
    pagination_class = ByNamePaging


@extend_schema_view(get=extend_schema(summary="Newsletters on offer"))
class NewsletterList(generics.ListAPIView[Newsletter]):
    queryset = Newsletter.objects.offered()
    serializer_class = serializers.NewsletterSerializer
    pagination_class = BySlugPosition


@extend_schema_view(get=extend_schema(summary="Events, the latest first"))
class EventList(generics.ListAPIView[Event]):
    queryset = Event.objects.listed()
    serializer_class = serializers.EventSerializer
    pagination_class = BySoonest


@extend_schema(summary="What the filters of this API may say", responses={200: dict[str, list[str]]})
class Vocabulary(APIView):
    def get(self, request: Request) -> Response:
        """The slugs of formats and industries and the codes of languages."""
        return Response(
            {
                "languages": [code for code, _name in settings.LANGUAGES],
                "formats": list(Format.objects.values_list("slug", flat=True)),
                "industries": list(Industry.objects.values_list("slug", flat=True)),
            }
        )
