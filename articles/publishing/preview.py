"""A draft as readers would see it, without publishing it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet

from articles.models import Article, Byline, Draft, Industry, Topic
from articles.publishing import addresses, live_text

Row = TypeVar("Row", bound=Model)


def as_published(draft: Draft, at: datetime) -> Article:
    """The article that publishing the draft at ``at`` would make. It must not be saved.

    Its bylines, topics and industries are the draft's; whatever else belongs to it (corrections, translations) is read
    from the live article.
    """
    live = Article.objects.for_pages(at).get(pk=draft.article_id)
    live_text.copy_columns(live, draft)
    here = at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE))
    live.year, live.month = live.year or here.year, live.month or here.month
    live.slug = draft.slug or live.slug or addresses.slug_of(draft.headline)
    live.state = Article.State.PUBLISHED
    live.first_published_at = live.first_published_at or at
    live._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "bylines": _loaded(Byline, live_text.bylines_for(live, draft)),
        "topics": _loaded(Topic, draft.topics.all()),
        "industries": _loaded(Industry, draft.industries.all()),
    }
    return live


def _loaded(model: type[Row], rows: Iterable[Row]) -> QuerySet[Row]:
    """Rows in hand, in the shape in which Django keeps what it prefetched."""
    queryset = model._default_manager.none()
    queryset._result_cache = list(rows)
    return queryset
