"""What is filed together: the pages of sections, topics, countries, series and authors."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles import structured_data
from articles.cards import cards_of
from articles.feeds import TYPES
from articles.lists import FILINGS, Listing, Subject, address_in, listing_of, listing_of_everything
from articles.media.pictures import picture_view
from articles.models import Article, Picture
from articles.surrogates import LISTS, keep
from memberships import clock

PAGE_SIZE = 20


@require_safe
def filed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The newest articles filed under something, twenty to a page."""
    subject, language, at = subject_named(kind, slug), get_language() or settings.LANGUAGE_CODE, clock.now()
    listing = listing_of(subject, language, at)
    numbers = listing.articles.values_list("pk", flat=True)
    page = Paginator(numbers, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = Article.objects.filter(pk__in=list(page)).newest_first().for_cards()
    picture = _picture_of(subject)
    context = {
        "is_shared": True,
        "kind": kind,
        "subject": subject,
        "page": page,
        "cards": cards_of(rows),
        "picture": picture_view(picture) if picture else None,
        "address": listing.page,
        "alternates": [(code, structured_data.absolute(address_in(subject, code))) for code in settings.LANGUAGE_NAMES],
        "listing_feeds": autodiscovery(listing),
        "feed": listing.feed("rss"),
        "structured_data": structured_data.as_script(
            structured_data.breadcrumbs(
                [
                    (settings.SITE_NAME, listing_of_everything(language, clock.now()).page),
                    (subject.name_in(language), listing.page),
                ]
            )
        ),
        "query": f"language={language}" if "language" in request.GET else "",
    }
    response = render(request, "articles/list.html", context)
    if request.GET.get("page", "1") == str(page.number):
        keep(response, at, keys=[LISTS], personal=["full"], reads=["page"])
    return response


def autodiscovery(listing: Listing) -> list[tuple[str, str, str]]:
    """(type, title, path) of the feeds of a list, as ``partials/feeds.html`` wants them."""
    return [(mime, listing.title, listing.feed(form)) for form, mime in TYPES.items()]


def subject_named(kind: str, slug: str) -> Subject:
    relations = [field for field in ("picture", "portrait") if hasattr(FILINGS[kind].model, field)]
    subjects = FILINGS[kind].model._default_manager.select_related(*relations)
    return cast(Subject, get_object_or_404(subjects, slug=slug))


def _picture_of(subject: Subject) -> Picture | None:
    return getattr(subject, "portrait", None) or getattr(subject, "picture", None)
