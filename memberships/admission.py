"""From a request for a closed item to the reader the decision judges: its links and meter looked at, and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from memberships import crawlers, gift_links, openings, passes, reading_rules
from memberships.access import Item, Meter, Reader, Verdict, decide
from memberships.arrivals import Arrival, arrival_of, arrival_told
from memberships.crawlers import Crawler
from memberships.metering import counters, month_of, signed_in, terms, tickets
from memberships.metering.tickets import Ticket
from memberships.models import Paywall, Plan, User
from memberships.openings import Opening
from memberships.people.looking import is_only_looking
from memberships.readers import client_address
from memberships.reading_rules import Terms

# Where a layer in front of Django puts what it has admitted and to which item, in the environ of the request. It goes
# by what it knows of the page; where the item is another one by now, its decision is about something else.
ADMITTED = "memberships.admission"
# A month and its change into the next.
_COOKIE_AGE = timedelta(days=32)
_CRAWLS = {
    Paywall.Crawling.NOTHING: frozenset[str](),
    Paywall.Crawling.METERED: frozenset({"metered"}),
    Paywall.Crawling.EVERYTHING: frozenset({"metered", "registered", "product"}),
}


@dataclass(frozen=True)
class Admission:
    """The reader to be judged, with their meter as it is after this reading, and the terms on which they read.

    ``ticket`` is to be carried on if it changed, and so is that a link opened the item. ``unverified`` is a crawler's
    claim that somebody should look into.
    """

    reader: Reader
    terms: Terms
    ticket: Ticket | None = None
    unverified: Crawler | None = None
    opening: Opening | None = None

    def without_cookies(self) -> Admission:
        return replace(self, ticket=None, opening=None)

    @property
    def item(self) -> Item:
        """What is to be read, as it counts for this reader."""
        return self.terms.item

    @property
    def plan(self) -> Plan | None:
        """What the wall offers instead of the first plan."""
        return self.terms.plan

    def carry(self, response: HttpResponse) -> None:
        """Give the browser its ticket. No cookie is set before something was counted, or opened by a link."""
        if self.ticket is not None:
            _set(response, tickets.COOKIE, tickets.written(self.ticket), _COOKIE_AGE)
        if self.opening is not None:
            _set(response, self.opening.name, self.opening.value, openings.LASTS)


def admit(request: HttpRequest, reader: Reader, item: Item, at: datetime) -> Admission:
    """Look at what the request brings along for the item, where what the reader is or holds does not open it.

    A reading rule is asked first, and may only open: what is open without it stays so. A HEAD request reads nothing
    and counts nothing, nor does a colleague who looks in a reader's place. What is counted is counted once, however
    often it is asked for, and what a layer in front has admitted is not counted again.
    """
    if decide(reader, item, at).is_granted:
        return Admission(reader, Terms(item))
    before: tuple[Item, Admission] | None = request.META.get(ADMITTED)
    if before is not None and before[0] == item:
        return before[1]
    counts = request.method != "HEAD" and not is_only_looking(request)
    return _admitted(request, reader, item, at, arrival_of(request), counts=counts)


def look(request: HttpRequest, reader: Reader, item: Item, at: datetime) -> Verdict:
    """How the item stands to whoever has it before them and asks apart from its page, with nothing counted."""
    verdict = decide(reader, item, at)
    if verdict.is_granted:
        return verdict
    admission = _admitted(request, reader, item, at, arrival_told(request), counts=False)
    return decide(admission.reader, admission.item, at)


def look_within(request: HttpRequest, reader: Reader, item: Item, at: datetime) -> Verdict:
    """How what belongs to the item (its recording) stands to whoever asks: open to whom the item itself was opened.

    Nothing is counted. A link counts nothing here either, so it opens nothing itself; that it opened the item does, and
    so does that a way of coming did. And a meter with readings left opens only what was counted on it.
    """
    if decide(reader, item, at).is_granted:
        return decide(reader, item, at)
    if openings.holds(request.COOKIES.get(openings.cookie_of(item.key), ""), item.key, at):
        return decide(replace(reader, gifts=frozenset({item.key})), item, at)
    bare = _of_crawlers(request, reader)[0]
    if decide(bare, item, at).is_granted:
        return decide(bare, item, at)
    ruled = reading_rules.terms_for(arrival_of(request), item, at)
    if ruled.item.access == "metered":
        meter, _ticket = _metered(request, ruled, at, counts=False)
        bare = replace(bare, meter=meter if item.key in meter.seen else None)
    return decide(bare, ruled.item, at)


def _admitted(
    request: HttpRequest, reader: Reader, item: Item, at: datetime, arrival: Arrival, *, counts: bool
) -> Admission:
    ruled, opening = reading_rules.terms_for(arrival, item, at), Opening(item.key, at) if counts else None
    if decide(reader, ruled.item, at).is_granted:
        return Admission(reader, ruled, opening=opening if ruled.is_passing else None)
    reader = _with_links(request, reader, item, at, counts=counts)
    if decide(reader, item, at).is_granted:
        return Admission(reader, Terms(item), opening=opening)
    reader, unverified = _of_crawlers(request, reader)
    if decide(reader, item, at).is_granted:
        return Admission(reader, Terms(item), unverified=unverified)
    if ruled.item.access != "metered" or decide(reader, ruled.item, at).is_granted:
        return Admission(reader, ruled, unverified=unverified)
    meter, ticket = _metered(request, ruled, at, counts=counts)
    return Admission(replace(reader, meter=meter), ruled, ticket, unverified)


def _of_crawlers(request: HttpRequest, reader: Reader) -> tuple[Reader, Crawler | None]:
    """The reader with what is open to a search engine that proved who it is; a claim nobody has looked into yet."""
    crawler = crawlers.claimed_by(request.headers.get("User-Agent", ""))
    verified = crawlers.is_verified(crawler, client_address(request)) if crawler else False
    if verified:
        reader = replace(reader, crawls=_CRAWLS[Paywall.Crawling(terms().crawlers_read)])
    return reader, crawler if verified is None else None


def _with_links(request: HttpRequest, reader: Reader, item: Item, at: datetime, *, counts: bool) -> Reader:
    """The reader with the gift or pass in the address, if it opens this item."""
    gift, token = request.GET.get("gift", ""), request.GET.get("pass", "")
    if gift and gift_links.opens(gift, item.key, at, counts=counts):
        return replace(reader, gifts=frozenset({item.key}))
    if token and passes.opens(token, item.key, at):
        return replace(reader, passes=frozenset({item.key}))
    return reader


def _metered(request: HttpRequest, ruled: Terms, at: datetime, *, counts: bool) -> tuple[Meter, Ticket | None]:
    limits, key = _limits(ruled), ruled.item.key
    ticket = tickets.read(request.COOKIES.get(tickets.COOKIE, ""), month_of(at))
    if isinstance(request.user, User):
        return _of_account(request.user, ticket, key, limits, at, counts=counts), None
    return _of_browser(request, ticket, key, limits, at, counts=counts)


def _limits(ruled: Terms) -> Paywall:
    """The terms of reading with the allowances of the rule in their place; not to be saved."""
    limits = terms()
    if ruled.allowance is not None:
        limits.allowance = ruled.allowance
    if ruled.registered_allowance is not None:
        limits.registered_allowance = ruled.registered_allowance
    return limits


def _of_account(user: User, ticket: Ticket, key: str, limits: Paywall, at: datetime, *, counts: bool) -> Meter:
    """The account's meter. What the same browser read before it signed in counts with it: it is one allowance."""
    before = signed_in.meter_of(user, limits.registered_allowance, at)
    carried = set(ticket.marks) - {tickets.mark_of(item) for item in before.seen}
    if ticket.has(key):
        return replace(before, spent=before.spent + len(carried), seen=before.seen | {key})
    room = max(limits.registered_allowance - len(carried), 0)
    is_counted = counts and key not in before.seen
    after = signed_in.count(user, key, room, at) if is_counted else before
    return replace(after, allowance=limits.registered_allowance, spent=after.spent + len(carried))


def _of_browser(
    request: HttpRequest, ticket: Ticket, key: str, limits: Paywall, at: datetime, *, counts: bool
) -> tuple[Meter, Ticket | None]:
    """The meter of the browser's ticket; the ticket only where it has to be carried on."""
    spent = max(len(ticket.marks), 0 if ticket.is_new else counters.spent_on(ticket.number, ticket.month))
    seen = frozenset({key}) if ticket.has(key) else frozenset[str]()
    meter = Meter(limits.allowance, spent, seen)
    if seen or not meter.left or not counts:
        return meter, None
    count = _counted(request, ticket, spent, limits, at)
    if count is None:
        return replace(meter, spent=limits.allowance), None
    return Meter(limits.allowance, count, frozenset({key})), ticket.with_item(key)


def _counted(request: HttpRequest, ticket: Ticket, spent: int, limits: Paywall, at: datetime) -> int | None:
    if ticket.is_new:
        browser = request.headers.get("User-Agent", "")
        if not counters.may_begin(client_address(request), browser, limits.newcomers_a_day, at):
            return None
    return counters.take(ticket.number, ticket.month, spent, limits.allowance)


def _set(response: HttpResponse, name: str, value: str, lasts: timedelta) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=lasts, secure=secure, httponly=True, samesite="Lax")
