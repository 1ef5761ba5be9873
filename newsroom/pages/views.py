from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import structured_data
from articles.body_schema import clean
from articles.cards import cards_of
from articles.lists import PRO_LISTS, listing_of_kind
from articles.models import Article, Correction, Event, Format, Industry
from articles.rendering import render as render_text
from articles.surrogates import LISTS, keep
from articles.views.lists import autodiscovery
from memberships import clock, promotions
from memberships.arrivals import arrival_of
from memberships.offers import choices_for, currencies_for, offer_of
from memberships.readers import reader_of
from memberships.selling import buyer_of, on_sale, student_domains
from memberships.touches import touch_of
from newsroom.languages import front_address
from newsroom.pages.fronts import front_page
from newsroom.pages.house import house_text
from newsroom.pages.samples import samples
from newsroom.pages.way_back import story_at, way_back

MOST_LISTED = 60


@require_safe
def front(request: HttpRequest, code: str = settings.LANGUAGE_CODE) -> HttpResponse:
    """The front page of a language; an unknown code is an unknown page."""
    if code not in settings.LANGUAGE_NAMES:
        raise Http404(_("There is no front page in this language."))
    at = clock.now()
    fronts = [(other, structured_data.absolute(front_address(other))) for other in settings.LANGUAGE_NAMES]
    context = {
        "is_shared": True,
        "front": front_page(code, at),
        "url": structured_data.absolute(front_address(code)),
        "alternates": [*fronts, ("x-default", structured_data.absolute(front_address(settings.LANGUAGE_CODE)))],
        "structured_data": [
            structured_data.as_script(structured_data.house()),
            structured_data.as_script(structured_data.website(code)),
        ],
    }
    response = render(request, "pages/front.html", context)
    keep(response, at, keys=[LISTS], personal=["full"])
    return response


@require_safe
def pro(request: HttpRequest) -> HttpResponse:
    """What PRO is, what it costs, when the first charge comes and how to leave.

    ``?plan`` is the lookup key of the plan a wall offered, ``?currency`` a code of ISO 4217; any other text leaves the
    usual ones. ``?code`` is a promotion's. Never shared: what it costs may depend on where the reader is, on what they
    paid before and prove, and on the code.
    """
    at = clock.now()
    buyer = buyer_of(request.user, arrival_of(request).country, at)
    code, back = promotions.written(request.GET.get("code")), way_back(request)
    choices = [
        replace(choice, offer=promotions.with_code(choice.offer, code, request.user, at))
        for choice in choices_for(
            request.user,
            buyer,
            at,
            named=request.GET.get("plan", ""),
            currency=request.GET.get("currency", "").lower(),
        )
    ]
    context = {
        "offer": next((choice.offer for choice in choices if choice.is_chosen), offer_of(None, at)),
        "choices": choices,
        "currencies": currencies_for(buyer, choices, at),
        "student_domains": student_domains(at),
        "has_other_prices": any(plan.countries for plan in on_sale(at)),
        "samples": samples(get_language() or settings.LANGUAGE_CODE, at),
        "industries": Industry.objects.all(),
        "events": Event.objects.upcoming(at)[:2],
        "next": back,
        "code": code,
        "code_refusal": promotions.refusal_of_all(choice.offer for choice in choices),
        # Who signs in comes back to the page with the code, and to where they wanted to go without one.
        "back": request.get_full_path() if code else back,
        "came": touch_of(request, story_at(back, at)).packed(),
        "is_member": reader_of(request, at).holds("pro", at),
    }
    return render(request, "pages/pro.html", context)


@require_safe
def pro_list(request: HttpRequest, kind: str) -> HttpResponse:
    """All memos or all trend reports, the newest first: in the language of the page, or else in the first one."""
    at, language = clock.now(), get_language() or settings.LANGUAGE_CODE
    listing = listing_of_kind(kind, language, at)
    found = list(listing.articles.for_cards()[:MOST_LISTED])
    if not found and language != settings.LANGUAGE_CODE:
        found = list(listing_of_kind(kind, settings.LANGUAGE_CODE, at).articles.for_cards()[:MOST_LISTED])
    name, _route = PRO_LISTS[Format.Kind(kind)]
    context = {
        "is_shared": True,
        "cards": cards_of(found),
        "title": name,
        "kind": kind,
        "address": listing.page,
        "feed": listing.feed("rss"),
        "listing_feeds": autodiscovery(listing),
    }
    response = render(request, "pages/pro_list.html", context)
    keep(response, at, keys=[LISTS], personal=["full"])
    return response


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
    context = {"text": text, "body": body, "corrections": corrections, "is_shared": True}
    response = render(request, "pages/legal.html", context)
    keep(response, clock.now(), keys=[LISTS])
    return response
