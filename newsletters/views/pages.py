"""What is offered, one newsletter, and its past editions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.media.pictures import picture_view
from articles.models.taxonomy import Access
from articles.surrogates import LISTS, keep, part_of
from memberships import clock
from memberships.access import ANONYMOUS, Item, Verdict, decide
from memberships.models import User
from memberships.offers import Wall, wall_for
from memberships.readers import reader_of
from newsletters import floodgate
from newsletters.digests import own
from newsletters.editions import timetable_of
from newsletters.forms import SignupForm
from newsletters.models import Edition, Newsletter
from newsletters.presenting import EditionView, offers, timetable_in_words, view_of
from newsletters.signups import is_open_to
from newsletters.views.speaking import page_in

PAST_EDITIONS = 60


@require_safe
def newsletters(request: HttpRequest) -> HttpResponse:
    """All newsletters, several of which can be chosen at once."""
    return render(request, "newsletters/list.html", list_context(request))


def list_context(request: HttpRequest, form: SignupForm | None = None, chosen: Collection[str] = ()) -> dict[str, Any]:
    """The page of all newsletters; ``form`` is what came back with mistakes, ``chosen`` the addresses ticked on it."""
    at = clock.now()
    reader = reader_of(request, at)
    offered = offers(at)
    premium = [offer for offer in offered if offer.newsletter.product]
    return {
        "free": [offer for offer in offered if not offer.newsletter.product],
        "premium": premium,
        "is_signed_in": reader.is_signed_in,
        "is_open": all(
            offer.newsletter.product and reader.holds(offer.newsletter.product.slug, at) for offer in premium
        ),
        "shown": floodgate.stamp(at),
        "form": form,
        "chosen": chosen,
    }


@require_safe
def newsletter(request: HttpRequest, slug: str) -> HttpResponse:
    """One newsletter: what it is, when it comes, its last edition, the ones before, and how to get it."""
    at = clock.now()
    found = get_object_or_404(Newsletter.objects.offered().select_related("product", "picture", "holidays"), slug=slug)
    past = list(found.editions.in_archive(at).select_related("newsletter")[:PAST_EDITIONS])
    with translation.override(found.language):
        context = {
            "newsletter": found,
            "timetable": timetable_in_words(found),
            "next": timetable_of(found).next_after(at),
            "picture": picture_view(found.picture) if found.picture else None,
            "latest": view_of(past[0], at) if past else None,
            "past": past[1:],
            "is_open": found.access == Access.FREE or is_open_to(found, reader_of(request, at), at),
        }
    return page_in(found.language, request, "newsletters/newsletter.html", context)


@require_safe
def edition(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """An edition on the web, behind the same wall as its list. Of a review a member sees their own, if they were sent
    one; others see all it was chosen from."""
    at = clock.now()
    archive = Edition.objects.in_archive(at).select_related("newsletter__product")
    found = get_object_or_404(archive, newsletter__slug=slug, edition_on=_day(day))
    list_of = found.newsletter
    item = Item(list_of.access, list_of.product.slug if list_of.product else None)
    # What is free to all needs nobody's rights looked up.
    reader = reader_of(request, at) if list_of.access != Access.FREE else ANONYMOUS
    verdict = decide(reader, item, at)
    with translation.override(list_of.language):
        view = view_of(found, at)
        mine = _own(request, view) if found.is_review and verdict.is_granted else None
        context = {
            "is_own": mine is not None,
            "view": mine or view if verdict.is_granted else _opening(view),
            "edition": found,
            "newsletter": list_of,
            "wall": _wall(request, list_of, verdict, at),
            "is_shared": mine is None,
        }
    response = page_in(list_of.language, request, "newsletters/edition.html", context)
    # Its items are stories, which may be corrected and withdrawn.
    if not found.is_review or not verdict.is_granted:
        keep(response, at, keys=[LISTS], part=part_of(verdict), item=item, personal=["opening"])
    if reader != ANONYMOUS:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _own(request: HttpRequest, view: EditionView) -> EditionView | None:
    return own.of(request.user, view) if isinstance(request.user, User) else None


def _wall(request: HttpRequest, newsletter: Newsletter, verdict: Verdict, at: datetime) -> Wall | None:
    wall = wall_for(verdict, at, request.path, request.user)
    reason = _("The rest of this edition is for readers with an account.")
    if newsletter.product_id is not None:
        reason = _("The rest of this edition is for members of %(pro)s.") % {"pro": settings.PRO_NAME}
    return replace(wall, reason=reason) if wall else None


def _opening(view: EditionView) -> EditionView:
    """What everybody may see of an edition for members: its first paragraph and its first story."""
    return EditionView(view.edition, view.items[:1], view.paragraphs[:1])


def _day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise Http404(_("There is no such day. Write it like 2026-11-22.")) from None
