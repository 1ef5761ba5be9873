"""What is filed together: sections, topics, countries, series, authors; as pages and as feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.cards import cards_of
from articles.feeds import FORMATS, MOST_ITEMS, Feed
from articles.media.pictures import picture_view
from articles.models import Article, Author, Country, Section, Series, Topic
from articles.models.taxonomy import Named
from articles.querysets import ArticleQuerySet
from memberships import clock

PAGE_SIZE = 20


@dataclass(frozen=True)
class Filing:
    """One way of filing: its model, the column of ``Article`` that names it, and whether its list mixes languages."""

    model: type[Named]
    column: str
    is_one_language: bool = True


FILINGS = {
    "section": Filing(Section, "section"),
    "topic": Filing(Topic, "topics"),
    "country": Filing(Country, "country"),
    "series": Filing(Series, "series"),
    "author": Filing(Author, "bylines__author", is_one_language=False),
}


@require_safe
def filed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The newest articles filed under something, twenty to a page."""
    subject, articles = _find(kind, slug)
    page = Paginator(articles.newest_first(), PAGE_SIZE).get_page(request.GET.get("page"))
    cards = cards_of(Article.objects.filter(pk__in=[row.pk for row in page]).newest_first().for_cards())
    picture = getattr(subject, "portrait", None) or getattr(subject, "picture", None)
    context: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "page": page,
        "cards": cards,
        "picture": picture_view(picture) if picture else None,
        "query": f"language={get_language()}" if "language" in request.GET else "",
    }
    return render(request, "articles/list.html", context)


@require_safe
def feed(request: HttpRequest, form: str, kind: str = "", slug: str = "") -> HttpResponse:
    """The same list, or everything, as RSS, Atom or JSON Feed."""
    if form not in FORMATS:
        raise Http404(_("There are three feeds: feed.rss, feed.atom and feed.json."))
    at = clock.now()
    language = get_language() or settings.LANGUAGE_CODE
    if kind:
        subject, articles = _find(kind, slug)
        title, description, page = (
            f"{subject.label} · {settings.SITE_NAME}",
            subject.description,
            subject.get_absolute_url(),
        )
    else:
        articles = Article.objects.published(at).in_language(language)
        title, description, page = settings.SITE_NAME, settings.SITE_DESCRIPTION, reverse("front")
    rows = list(articles.newest_first().for_cards()[:MOST_ITEMS])
    body, content_type = FORMATS[form](Feed(title, description, language, page, request.get_full_path(), rows))
    return HttpResponse(body, content_type=content_type)


def _find(kind: str, slug: str) -> tuple[Any, ArticleQuerySet]:
    filing = FILINGS[kind]
    subject = get_object_or_404(filing.model._default_manager.all(), slug=slug)
    articles = Article.objects.published(clock.now()).filter(**{filing.column: subject.pk})
    if filing.is_one_language:
        articles = articles.in_language(get_language() or settings.LANGUAGE_CODE)
    return subject, articles
