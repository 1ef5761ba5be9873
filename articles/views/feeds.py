"""Every list as a feed: for everybody, and with whole texts at an address that only one reader has."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from articles import feed_texts
from articles.feeds import FORMATS, MOST_ITEMS, TYPES, Feed
from articles.lists import FILINGS, PRO_LISTS, Listing, listing_of, listing_of_everything, listing_of_kind
from articles.structured_data import absolute
from articles.surrogates import LISTS, keep
from articles.views.lists import subject_named
from memberships import clock, feed_tokens
from memberships.readers import reader_for

FEED_LIVES = 300
# Whole texts are long, and feed readers ask often.
MOST_TEXTS = 20


@require_safe
@cache_control(public=True, max_age=FEED_LIVES)
@conditional_page
def feed(request: HttpRequest, form: str, kind: str = "", slug: str = "") -> HttpResponse:
    """A list, or everything, as RSS, Atom or JSON Feed."""
    _refuse_unknown(form)
    listing = _listing(kind, slug)
    response = _answer(_feed_of(listing, form, MOST_ITEMS), form)
    keep(response, clock.now(), keys=[LISTS])
    return response


@require_safe
@cache_control(private=True, no_store=True)
@conditional_page
def member_feed(request: HttpRequest, token: str, form: str, kind: str = "", slug: str = "") -> HttpResponse:
    """The same with whole texts, as far as the person whose token it is may read them at this moment.

    No session is asked and none is begun. An address that was revoked answers 410, so that feed readers stop asking.
    """
    _refuse_unknown(form)
    at = clock.now()
    found = feed_tokens.find(token)
    if found is None:
        raise Http404(_("There is no such feed. Make a new address on your account page."))
    if not found.is_open:
        return HttpResponse(_("This feed address was revoked."), status=410, content_type="text/plain; charset=utf-8")
    feed_tokens.note_use(found, at)
    listing = _listing(kind, slug)
    with_products = replace(listing, articles=listing.articles.select_related("product"))
    plain = _feed_of(with_products, form, MOST_TEXTS)
    texts = feed_texts.texts(plain.articles, reader_for(found.user, at), at)
    root = reverse("member_feed", args=[token, form]).removesuffix(f"/feed.{form}")
    # Nobody but this reader is told of its changes: a hub would learn the address.
    return _answer(replace(plain, address=f"{root}{plain.address}", texts=texts, hub=""), form)


def _refuse_unknown(form: str) -> None:
    if form not in FORMATS:
        raise Http404(_("There are three feeds: feed.rss, feed.atom and feed.json."))


def _listing(kind: str, slug: str) -> Listing:
    language, at = get_language() or settings.LANGUAGE_CODE, clock.now()
    if kind in FILINGS:
        return listing_of(subject_named(kind, slug), language, at)
    return listing_of_kind(kind, language, at) if kind in PRO_LISTS else listing_of_everything(language, at)


def _feed_of(listing: Listing, form: str, most: int) -> Feed:
    return Feed(
        title=listing.title,
        description=listing.description,
        language=listing.language,
        page=listing.page,
        address=listing.feed(form),
        articles=list(listing.articles.for_cards().select_related("recording")[:most]),
        hub=settings.WEBSUB_HUB,
    )


def _answer(feed: Feed, form: str) -> HttpResponse:
    response = HttpResponse(FORMATS[form](feed), content_type=f"{TYPES[form]}; charset=utf-8")
    if feed.articles:
        response["Last-Modified"] = http_date(feed.changed_at.timestamp())
    if feed.hub:
        response["Link"] = f'<{feed.hub}>; rel="hub", <{absolute(feed.address)}>; rel="self"'
    return response
