"""The questions one asks of the articles tables, by name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

if TYPE_CHECKING:
    # Named in the bases below, as text.
    from articles.models import Article, Draft, Event, Picture  # noqa: F401

# What a card or a list entry shows. The paid column is never among it: lists have no business with it.
CARD_RELATIONS = ("format", "section", "country", "series", "lead_picture")
HEAVY_COLUMNS = ("paid_html", "search_vector")
# What a row of somebody's own list shows of its story.
ROW_COLUMNS = ("headline", "language", "state", "public_id", "year", "month", "slug", "first_published_at", "access")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, at: datetime) -> ArticleQuerySet:
        """Articles readers may know of. The embargo is checked here, at read time, and not only when publishing."""
        return self.filter(state="published", first_published_at__lte=at)

    def known(self, at: datetime) -> ArticleQuerySet:
        """Published ones and those retracted, whose address says so."""
        return self.filter(state__in=["published", "retracted"], first_published_at__lte=at)

    def due(self, at: datetime) -> ArticleQuerySet:
        """Scheduled ones whose moment has come."""
        return self.filter(state="scheduled", scheduled_for__lte=at)

    def in_language(self, code: str) -> ArticleQuerySet:
        return self.filter(language=code)

    def newest_first(self) -> ArticleQuerySet:
        return self.order_by("-first_published_at", "-id")

    def in_format_kind(self, kind: str) -> ArticleQuerySet:
        return self.filter(format__kind=kind)

    def for_pages(self, at: datetime) -> ArticleQuerySet:
        """With what an article's own page shows but its bylines, and whether there is more to ask for."""
        manager = self.model._meta.get_field("corrections").related_model._default_manager
        others = self.model._default_manager.published(at).filter(group=OuterRef("group")).exclude(pk=OuterRef("pk"))
        hints = {
            "has_corrections": Exists(manager.filter(article=OuterRef("pk"))),
            "has_translations": Exists(others),
        }
        return (
            self.with_card_columns()
            .select_related(*CARD_RELATIONS, "product")
            .prefetch_related("topics")
            .annotate(**hints)
        )

    def for_cards(self) -> ArticleQuerySet:
        """With everything a card shows, in two queries however many there are, and without any paid text."""
        bylines = self.model._meta.get_field("bylines").related_model._default_manager.select_related("author")
        return self.with_card_columns().prefetch_related(Prefetch("bylines", bylines))

    def with_card_columns(self) -> ArticleQuerySet:
        """With everything a card shows but who wrote it, see :func:`articles.cards.load_bylines`."""
        return self.select_related(*CARD_RELATIONS).defer(*HEAVY_COLUMNS)


class DraftQuerySet(models.QuerySet["Draft"]):
    def for_lists(self) -> DraftQuerySet:
        """With what a list of the desk shows, in two queries however many there are, and without any text."""
        heavy = ("body", "article__opening_html", *(f"article__{name}" for name in HEAVY_COLUMNS))
        listed = self.select_related("article", "format", "section", "saved_by").defer(*heavy)
        return listed.prefetch_related("bylines__author")


class OwnQuerySet(models.QuerySet[Any]):
    """A reader's own rows, each of one article."""

    def listed(self, at: datetime) -> OwnQuerySet:
        """Those whose story still has an address, in one query and without any text."""
        known = self.filter(article__state__in=["published", "retracted"], article__first_published_at__lte=at)
        shown = (*(f"article__{name}" for name in ROW_COLUMNS), "article__format")
        own = [field.attname for field in self.model._meta.concrete_fields]
        return known.select_related("article__format").only(*own, *shown)


class EventQuerySet(models.QuerySet["Event"]):
    def listed(self) -> EventQuerySet:
        return self.filter(is_published=True)

    def upcoming(self, at: datetime) -> EventQuerySet:
        return self.listed().filter(ends_at__gt=at).order_by("starts_at")

    def past(self, at: datetime) -> EventQuerySet:
        return self.listed().filter(Q(ends_at__lte=at)).order_by("-starts_at")


class PictureQuerySet(models.QuerySet["Picture"]):
    def named(self, public_ids: Iterable[str]) -> PictureQuerySet:
        """Pictures by their public ids as they stand in a text; what is no id at all names none."""
        known = []
        for text in public_ids:
            with suppress(ValueError):
                known.append(uuid.UUID(text))
        return self.filter(public_id__in=known)

    def without_renditions(self) -> PictureQuerySet:
        return self.filter(renditions_made_at__isnull=True)
