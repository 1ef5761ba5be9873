"""What is filed together: sections, topics, countries, series, authors; as pages and as feeds."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from articles.cards import cards_of
from articles.feeds import FORMATS, MOST_ITEMS, Feed
from articles.lists import FILINGS, Subject, address_in, feed_address, filed_under
from articles.media.pictures import picture_view
from articles.models import Article, Picture
from memberships import clock

PAGE_SIZE = 20
FEED_LIVES = 300


@require_safe
def filed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The newest articles filed under something, twenty to a page."""
    subject, language = _subject(kind, slug), _language()
    numbers = filed_under(subject, language, clock.now()).values_list("pk", flat=True)
    page = Paginator(numbers, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = Article.objects.filter(pk__in=list(page)).newest_first().for_cards()
    picture = _picture_of(subject)
    context = {
        "kind": kind,
        "subject": subject,
        "page": page,
        "cards": cards_of(rows),
        "picture": picture_view(picture) if picture else None,
        "address": address_in(subject, language),
        "feed": feed_address(subject, "rss", language),
        "query": f"language={language}" if "language" in request.GET else "",
    }
    return render(request, "articles/list.html", context)


@require_safe
@cache_control(public=True, max_age=FEED_LIVES)
@conditional_page
def feed(request: HttpRequest, form: str, kind: str = "", slug: str = "") -> HttpResponse:
    """The same list, or everything, as RSS, Atom or JSON Feed."""
    if form not in FORMATS:
        raise Http404(_("There are three feeds: feed.rss, feed.atom and feed.json."))
    body, content_type = FORMATS[form](_feed_of(_subject(kind, slug), form) if kind else _feed_of_everything(form))
    return HttpResponse(body, content_type=content_type)


def _feed_of(subject: Subject, form: str) -> Feed:
    language = _language()
    return Feed(
        title=f"{subject.label} · {settings.SITE_NAME}",
        description=subject.description or settings.SITE_DESCRIPTION,
        language=language,
        page=address_in(subject, language),
        address=feed_address(subject, form, language),
        articles=filed_under(subject, language, clock.now()).for_cards()[:MOST_ITEMS],
    )


def _feed_of_everything(form: str) -> Feed:
    language = _language()
    is_first = language == settings.LANGUAGE_CODE
    return Feed(
        title=settings.SITE_NAME,
        description=settings.SITE_DESCRIPTION,
        language=language,
        page=reverse("front") if is_first else reverse("front_language", args=[language]),
        address=reverse(f"feed_{form}") + ("" if is_first else f"?language={language}"),
        articles=Article.objects.published(clock.now()).in_language(language).newest_first().for_cards()[:MOST_ITEMS],
    )


def _subject(kind: str, slug: str) -> Subject:
    relations = [field for field in ("picture", "portrait") if hasattr(FILINGS[kind].model, field)]
    subjects = FILINGS[kind].model._default_manager.select_related(*relations)
    return cast(Subject, get_object_or_404(subjects, slug=slug))


def _picture_of(subject: Subject) -> Picture | None:
    return getattr(subject, "portrait", None) or getattr(subject, "picture", None)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
