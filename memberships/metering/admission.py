"""From a request for a metered item to the reader the decision judges: their meter read, and this reading counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from memberships.access import Item, Meter, Reader, decide
from memberships.metering import counters, signed_in, tickets
from memberships.metering.terms import month_of, terms
from memberships.metering.tickets import Ticket
from memberships.models import Paywall, User
from memberships.readers import client_address

# A month and its change into the next.
_COOKIE_AGE = timedelta(days=32)


@dataclass(frozen=True)
class Admission:
    """The reader to be judged, with their meter as it is after this reading; the ticket to carry on, if it changed."""

    reader: Reader
    ticket: Ticket | None = None

    def carry(self, response: HttpResponse) -> None:
        """Give the browser its ticket. No cookie is set before something was counted."""
        if self.ticket is not None:
            response.set_cookie(
                tickets.COOKIE,
                tickets.written(self.ticket),
                max_age=_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


def admit(request: HttpRequest, reader: Reader, item: Item, at: datetime) -> Admission:
    """Read the meter of whoever asks and count the reading, where the item is metered and nothing else opens it.

    A HEAD request reads nothing and counts nothing. What is counted is counted once, however often it is asked for.
    """
    if item.access != "metered" or decide(reader, item, at).is_granted:
        return Admission(reader)
    limits = terms()
    ticket = tickets.read(request.COOKIES.get(tickets.COOKIE, ""), month_of(at))
    if isinstance(request.user, User):
        return Admission(replace(reader, meter=_of_account(request, request.user, ticket, item.key, limits, at)))
    return _anonymous(request, reader, ticket, item.key, limits, at)


def _of_account(request: HttpRequest, user: User, ticket: Ticket, key: str, limits: Paywall, at: datetime) -> Meter:
    """The account's meter. What the same browser read before it signed in counts with it: it is one allowance."""
    before = signed_in.meter_of(user, limits.registered_allowance, at)
    carried = set(ticket.marks) - {tickets.mark_of(item) for item in before.seen}
    if ticket.has(key):
        return replace(before, spent=before.spent + len(carried), seen=before.seen | {key})
    room = max(limits.registered_allowance - len(carried), 0)
    if request.method == "HEAD":
        return replace(before, allowance=limits.registered_allowance, spent=before.spent + len(carried))
    after = before if key in before.seen else signed_in.count(user, key, room, at)
    return replace(after, allowance=limits.registered_allowance, spent=after.spent + len(carried))


def _anonymous(
    request: HttpRequest, reader: Reader, ticket: Ticket, key: str, limits: Paywall, at: datetime
) -> Admission:
    spent = max(len(ticket.marks), 0 if ticket.is_new else counters.spent_on(ticket.number, ticket.month))
    seen = frozenset({key}) if ticket.has(key) else frozenset()
    meter = Meter(limits.allowance, spent, seen)
    if seen or not meter.left or request.method == "HEAD":
        return Admission(replace(reader, meter=meter))
    count = _counted(request, ticket, spent, limits, at)
    if count is None:
        return Admission(replace(reader, meter=replace(meter, spent=limits.allowance)))
    taken = Meter(limits.allowance, count, frozenset({key}))
    return Admission(replace(reader, meter=taken), ticket.with_item(key))


def _counted(request: HttpRequest, ticket: Ticket, spent: int, limits: Paywall, at: datetime) -> int | None:
    if ticket.is_new:
        browser = request.headers.get("User-Agent", "")
        if not counters.may_begin(client_address(request), browser, limits.newcomers_a_day, at):
            return None
    return counters.take(ticket.number, ticket.month, spent, limits.allowance)
