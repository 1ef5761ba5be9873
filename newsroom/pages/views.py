from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.body_schema import clean
from articles.cards import cards_of
from articles.models import Article, Correction, Event, Format, Industry
from articles.rendering import render as render_text
from memberships import clock
from memberships.offers import offer_for
from memberships.readers import reader_of
from newsroom.pages.fronts import front_page
from newsroom.pages.house import house_text

MOST_LISTED = 60


@require_safe
def front(request: HttpRequest, code: str = settings.LANGUAGE_CODE) -> HttpResponse:
    """The front page of a language; an unknown code is an unknown page."""
    if code not in settings.LANGUAGE_NAMES:
        raise Http404(_("There is no front page in this language."))
    return render(request, "pages/front.html", {"front": front_page(code, clock.now())})


@require_safe
def pro(request: HttpRequest) -> HttpResponse:
    """What PRO is, what it costs, when the first charge comes and how to leave."""
    at = clock.now()
    samples = Article.objects.published(at).filter(access="product", language=settings.LANGUAGE_CODE)
    context = {
        "offer": offer_for(request.user, at),
        "samples": cards_of(samples.newest_first().for_cards()[:3]),
        "industries": Industry.objects.all(),
        "events": Event.objects.upcoming(at)[:2],
        "next": _way_back(request),
        "is_member": reader_of(request, at).holds("pro", at),
    }
    return render(request, "pages/pro.html", context)


@require_safe
def pro_list(request: HttpRequest, kind: str) -> HttpResponse:
    """All memos or all trend reports, the newest first: in the language of the page, or else in the first one."""
    published = Article.objects.published(clock.now()).in_format_kind(kind).newest_first().for_cards()
    language = get_language() or settings.LANGUAGE_CODE
    found = list(published.in_language(language)[:MOST_LISTED])
    if not found and language != settings.LANGUAGE_CODE:
        found = list(published.in_language(settings.LANGUAGE_CODE)[:MOST_LISTED])
    cards = cards_of(found)
    title = _("Memos") if kind == Format.Kind.MEMO else _("Trend reports")
    return render(request, "pages/pro_list.html", {"cards": cards, "title": title, "kind": kind})


@require_safe
def legal(request: HttpRequest, slug: str) -> HttpResponse:
    """A house text; the corrections page carries the log of corrections below its policy."""
    text = house_text(slug)
    if text is None:
        raise Http404(_("There is no such page."))
    corrections = (
        Correction.objects.filter(article__in=Article.objects.known(clock.now())).select_related("article")[:100]
        if slug == "corrections"
        else []
    )
    body = render_text(clean(text.body), text.language)
    return render(request, "pages/legal.html", {"text": text, "body": body, "corrections": corrections})


def _way_back(request: HttpRequest) -> str:
    """Where the reader wanted to go; only a path of this site is believed."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
