"""Who has an edition, by name: its copies in each state, and what a person decides about those in doubt.

The ledger is too big to be counted or jumped about in: the sums are the database's own, and a page begins behind the
last recipient of the one before.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import person
from memberships.spreadsheets import Echo, harmless
from newsletters import editions
from newsletters.editions import EditionError
from newsletters.models import Delivery, Edition, Recipient, SendState

PAGE = 100
# Copies in one read of an export.
_READ = 2000


@dataclass(frozen=True)
class Row:
    """A copy, and the address it is for."""

    recipient: int
    address: str
    state: SendState
    variant: int
    attempts: int
    settled_at: datetime | None
    reply: str


def listing(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The copies of an edition: those in one state or all, or the one of an address. Posted, a decision on doubts."""
    edition = _visible(request, pk)
    if request.method == "POST":
        return _decide(request, edition)
    state, asked = _state(request), request.GET.get("address", "").strip()
    rows = _of_address(edition, asked) if asked else _read(edition, state, _after(request), PAGE + 1)
    counted = dict(edition.tallies.filter(copies__gt=0).values_list("state", "copies"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Who has it"),
        "edition": edition,
        "rows": rows[:PAGE],
        "next": rows[PAGE - 1].recipient if len(rows) > PAGE else None,
        "is_first": not asked and not _after(request),
        "asked": asked,
        "state": state,
        "states": [(each, counted[each]) for each in SendState if each in counted],
        "may_settle": person(request).has_perm("newsletters.change_delivery")
        and any(row.state == SendState.UNCERTAIN for row in rows[:PAGE]),
    }
    return render(request, "admin/newsletters/edition/copies.html", context)


def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The copies in one state, or all, as CSV. That addresses left the house is written down."""
    edition, state = _visible(request, pk), _state(request)
    audit.record(
        "edition.copies exported",
        actor=person(request),
        subject_kind="edition",
        subject_id=edition.public_id,
        subject_label=str(edition),
        at=clock.now(),
        state=state,
    )
    lines = csv.writer(Echo()).writerow
    answer = StreamingHttpResponse(map(lines, _table(edition, state)), content_type="text/csv; charset=utf-8")
    name = f"{edition.newsletter.slug}-{edition.edition_on.isoformat()}-{state or 'copies'}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _decide(request: HttpRequest, edition: Edition) -> HttpResponse:
    if not person(request).has_perm("newsletters.change_delivery"):
        raise PermissionDenied
    chosen = [int(each) for each in request.POST.getlist("recipient") if each.isdecimal()]
    arrived = request.POST.get("decision") == "arrived"
    decide = editions.take_as_arrived if arrived else editions.send_again
    try:
        number = decide(edition, chosen, person(request), clock.now())
    except EditionError as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Taken as arrived: %(number)s") if arrived else _("Sent again: %(number)s")
        messages.success(request, done % {"number": number})
    query = f"?{urlencode({'state': _state(request)})}" if _state(request) else ""
    return HttpResponseRedirect(reverse("admin:newsletters_edition_copies", args=[edition.pk]) + query)


def _read(edition: Edition, state: str, after: int, limit: int) -> list[Row]:
    """The next copies of recipients behind ``after``. Addresses are asked for apart, so that nothing has to be joined
    before it is cut."""
    copies = Delivery.objects.of_edition(edition).filter(recipient__gt=after)
    if state:
        copies = copies.filter(state=state)
    return _named(copies.order_by("recipient_id")[:limit])


def _of_address(edition: Edition, address: str) -> list[Row]:
    recipients = Recipient.objects.filter(email=address.lower()).values_list("pk", flat=True)
    return _named(Delivery.objects.of_edition(edition).filter(recipient__in=list(recipients)))


def _named(copies: Any) -> list[Row]:
    found = list(copies.values_list("recipient_id", "state", "variant", "attempts", "settled_at", "reply"))
    addresses = dict(
        Recipient.objects.filter(pk__in=[key for key, *_rest in found]).values_list("pk", "email_as_typed")
    )
    return [
        Row(key, addresses.get(key, "–"), SendState(state), variant, attempts, settled_at, reply)
        for key, state, variant, attempts, settled_at, reply in found
    ]


def _table(edition: Edition, state: str) -> Iterator[list[str]]:
    yield [_("address"), _("state"), _("variant"), _("attempts"), _("settled"), _("what the next server said")]
    rows = _read(edition, state, 0, _READ)
    while rows:
        for row in rows:
            settled_at = row.settled_at.isoformat() if row.settled_at else ""
            cells = [row.address, row.state.value, str(row.variant), str(row.attempts), settled_at, row.reply]
            yield [harmless(cell) for cell in cells]
        rows = _read(edition, state, rows[-1].recipient, _READ)


def _state(request: HttpRequest) -> str:
    """The state that is asked for; none for all of them."""
    asked = request.GET.get("state", "")
    return asked if asked in SendState.values else ""


def _after(request: HttpRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isdecimal() else 0


def _visible(request: HttpRequest, pk: int) -> Edition:
    if not person(request).has_perms(["newsletters.view_edition", "newsletters.view_delivery"]):
        raise PermissionDenied
    return get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
