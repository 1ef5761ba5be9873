"""A review as somebody would get it now, and what members want: pages under an edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from articles.models import Industry
from memberships import clock
from memberships.admin.desk import person
from newsletters.digests import demand, previewing
from newsletters.digests.allocating import FIRST_RANKS
from newsletters.digests.previewing import Preview
from newsletters.models import Edition, Recipient
from newsletters.rendering import RenderingError
from newsletters.substitution import nobodys

PLACES = [str(place) for place in range(1, FIRST_RANKS + 1)]


@require_safe
def preview(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """What a member, or whoever ranks so, would get now; nothing is written, and nobody's history is shown."""
    edition, at = _visible(request, pk), clock.now()
    industries = list(Industry.objects.all())
    labels = {industry.slug: industry.label for industry in industries}
    members, wanted = demand.of_all(at)
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("Preview as a member"),
        "edition": edition,
        "industries": industries,
        "asked": request.GET.get("address", "").strip(),
        "chosen": [(place, request.GET.get(place, "")) for place in PLACES],
        "query": urlencode({name: request.GET[name] for name in ("address", *PLACES) if request.GET.get(name)}),
        "members": members,
        "wanted": [(labels[each.slug], each) for each in wanted if each.slug in labels],
    }
    try:
        context["preview"] = _preview(edition, request.GET)
    except (RenderingError, Recipient.DoesNotExist) as error:
        is_unknown = isinstance(error, Recipient.DoesNotExist)
        context["error"] = _("Nobody has this address. Only the whole address is looked for.") if is_unknown else error
    return render(request, "admin/newsletters/edition/review.html", context)


@require_safe
def letter(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The HTML part of such a review by itself, its personal links dead."""
    try:
        return HttpResponse(nobodys(_preview(_visible(request, pk), request.GET).content.html))
    except Recipient.DoesNotExist as error:
        raise Http404 from error


def _preview(edition: Edition, asked: Mapping[str, str]) -> Preview:
    """Raises RenderingError, and Recipient.DoesNotExist where nobody has the address."""
    address = asked.get("address", "").strip()
    if address:
        return previewing.for_member(edition, Recipient.objects.get(email=address.lower()), clock.now())
    keys = dict(Industry.objects.values_list("slug", "pk"))
    order = [keys[asked[place]] for place in PLACES if asked.get(place) in keys]
    return previewing.for_order(edition, order, clock.now())


def _visible(request: HttpRequest, pk: int) -> Edition:
    if not person(request).has_perms(["newsletters.view_edition", "newsletters.view_ranking"]):
        raise PermissionDenied
    edition = get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
    if not edition.is_review:
        raise Http404
    return edition
