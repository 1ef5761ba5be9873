"""An article's page, its print view, and what stands at the address of a retracted one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import differences, rendering, structured_data, surrogates
from articles.cards import bylines_of, cards_of, load_bylines
from articles.lists import address_in
from articles.live_entries import entries_of
from articles.media import share_pictures
from articles.media.pictures import picture_view
from articles.media.recordings import recording_view
from articles.models import Article, Format
from articles.models.taxonomy import Access
from articles.reading import Reading, item_of, open_article
from articles.related import related, translations
from articles.surrogates import keep, part_of
from memberships import clock
from memberships.access import ANONYMOUS, Reason
from memberships.admission import Admission, admit
from memberships.offers import wall_for
from memberships.readers import client_address, reader_of
from memberships.reading_rules import Terms
from memberships.tasks import verify_crawler

_TEMPLATES: dict[str, str] = {
    Format.Kind.LIVE: "articles/live.html",
    Format.Kind.MEMO: "articles/memo.html",
    Format.Kind.TREND_REPORT: "articles/report.html",
}


@require_safe
def article(request: HttpRequest, year: str, month: str, slug: str) -> HttpResponse:
    """The article for whoever asks: all of it, or its opening and the wall. A retracted one answers 410 with why."""
    at = clock.now()
    found = get_object_or_404(Article.objects.known(at).for_pages(at), year=int(year), month=int(month), slug=slug)
    # What is free to all needs nobody's rights looked up.
    is_asked = found.access != Access.FREE or request.user.is_authenticated
    admission = Admission(reader_of(request, at) if is_asked else ANONYMOUS, Terms(item_of(found)))
    with translation.override(found.language):
        if found.state == Article.State.RETRACTED:
            gone = {"article": found, "is_shared": True}
            response = render(request, "articles/retracted.html", gone, status=HTTPStatus.GONE)
            keep(response, at, keys=surrogates.keys_of(found, []))
        else:
            admission = admit(request, admission.reader, admission.item, at)
            reading = open_article(found, admission.reader, at, item=admission.item)
            context = page_context(request, reading, admission.terms)
            response = render(request, template_for(request, found), context)
            _keep(response, reading, admission.terms, context["keys"], at)
    admission.carry(response)
    if admission.unverified is not None:
        look_up = partial(verify_crawler.delay, admission.unverified.name, client_address(request))
        transaction.on_commit(look_up, robust=True)
    if admission.reader.crawls:
        response["X-Robots-Tag"] = "noarchive"
    if admission.reader != ANONYMOUS or admission.terms.is_ruled:
        # Somebody known, in a network that holds something, counted, or who came in a certain way: theirs alone.
        patch_cache_control(response, private=True, no_store=True)
    response["Content-Language"] = found.language
    return response


@require_safe
def changes(request: HttpRequest, year: str, month: str, slug: str) -> HttpResponse:
    """What a corrected story said before. The same for everybody: made of what a stranger may read."""
    at = clock.now()
    published = Article.objects.published(at).for_cards().select_related("product").prefetch_related("corrections")
    found = get_object_or_404(published, year=int(year), month=int(month), slug=slug)
    corrections = list(found.corrections.all())
    if not differences.may_be_shown(corrections):
        raise Http404(_("This story has not been corrected."))
    with translation.override(found.language):
        context = {
            "article": found,
            "corrections": corrections,
            "differences": differences.differences(open_article(found, ANONYMOUS, at)),
            "is_shared": True,
            "page_lang": found.language,
            "page_dir": found.direction,
        }
        response = render(request, "articles/changes.html", context)
    keep(response, at, keys=surrogates.keys_of(found, []))
    response["Content-Language"] = found.language
    return response


def _keep(response: HttpResponse, reading: Reading, terms: Terms, keys: list[str], at: datetime) -> None:
    """A text in full is the same for all it is open to, only that a free one invites to PRO. So does a wall."""
    keep(
        response,
        at,
        keys=keys,
        part=part_of(reading.verdict, terms),
        item=item_of(reading.article),
        personal=["full"] if reading.article.access == Access.FREE else ["opening"],
        reads=["print"],
    )


def template_for(request: HttpRequest, found: Article) -> str:
    """Which layout the format asks for; ``?print`` is for paper."""
    if "print" in request.GET:
        return "articles/print.html"
    return _TEMPLATES.get(found.format.kind, "articles/article.html") if found.format else "articles/article.html"


def page_context(request: HttpRequest, reading: Reading, terms: Terms | None = None) -> dict[str, Any]:
    """What the article templates show. Every text in it comes from the reading; ``terms`` are those it was made on."""
    found, at = reading.article, clock.now()
    path = found.get_absolute_url()
    corrections = list(found.corrections.all()) if found.has_corrections else []
    opening = rendering.render(reading.opening_html, found.language)
    rest = rendering.render(reading.rest_html, found.language)
    others = translations(found, at) if found.has_translations else []
    near = related(found, at)
    load_bylines([found, *near])
    bylines = list(found.bylines.all())
    return {
        "article": found,
        "reading": reading,
        "opening": opening,
        "rest": rest,
        "is_metered": reading.verdict.reason == Reason.METERED,
        "wall": wall_for(reading.verdict, at, path, request.user, terms=terms),
        "entries": entries_of(reading.html) if found.format and found.format.kind == Format.Kind.LIVE else [],
        "bylines": bylines_of(bylines, found.language),
        "lead": picture_view(found.lead_picture, found.lead_caption) if found.lead_picture else None,
        "recording": recording_view(found.recording, found, is_open=reading.is_complete) if found.recording else None,
        "writers": [byline.author for byline in bylines],
        "corrections": corrections,
        "has_changes": differences.may_be_shown(corrections) and found.former_texts.exists(),
        "series": _series(found),
        "topics": list(found.topics.all()),
        "related": cards_of(near),
        "translations": others,
        "alternates": _alternates([found, *others]) if others else [],
        "url": structured_data.absolute(path),
        "share": _share(found),
        "paywall_class": structured_data.PAYWALL_CLASS if found.access != "free" else "",
        "structured_data": [
            structured_data.as_script(structured_data.news_article(reading, corrections)),
            structured_data.as_script(structured_data.breadcrumbs(_crumbs(found))),
        ],
        "keys": surrogates.keys_of(found, near),
        "is_shared": True,
        "page_lang": found.language,
        "page_dir": found.direction,
    }


def _series(found: Article) -> dict[str, str]:
    """The series as ``partials/series_follow.html`` wants it."""
    if found.series is None:
        return {}
    return {
        "name": found.series.name_in(found.language),
        "url": address_in(found.series, found.language),
        "description": found.series.description,
    }


def _share(found: Article) -> dict[str, Any]:
    """The picture a link to the article is shown with, as ``partials/open_graph.html`` wants it."""
    width, height = share_pictures.SHAPES[share_pictures.CARD]
    return {
        "url": structured_data.absolute(share_pictures.address(found)),
        "type": "image/jpeg",
        "width": width,
        "height": height,
        "alt": share_pictures.description(found),
    }


def _alternates(versions: list[Article]) -> list[tuple[str, str]]:
    """(language, address) of every version, and of the one for whoever reads none of these languages."""
    pairs = [(version.language, structured_data.absolute(version.get_absolute_url())) for version in versions]
    first = next((url for language, url in pairs if language == settings.LANGUAGE_CODE), pairs[0][1])
    return [*pairs, ("x-default", first)]


def _crumbs(found: Article) -> list[tuple[str, str]]:
    """Front page, section, article."""
    is_first = found.language == settings.LANGUAGE_CODE
    front = reverse("front") if is_first else reverse("front_language", args=[found.language])
    section = found.section
    filed = [(section.name_in(found.language), address_in(section, found.language))] if section else []
    return [(settings.SITE_NAME, front), *filed, (found.headline, found.get_absolute_url())]
