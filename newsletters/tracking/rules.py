"""What tells machines from people, rule by rule. Each is a guess about one request among those of its copy.

A rule looks at facts and answers what it takes the request for, or nothing. Whoever changes what one answers raises
``RULES_VERSION``: editions whose events are kept are then judged anew.
"""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from newsletters.models import EditionCount, MailEvent

RULES_VERSION = 1

Verdict = EditionCount.Verdict
Kind = MailEvent.Kind

# So many different links in so short a time are followed by nobody who reads.
MANY_LINKS = 4
AT_ONCE = timedelta(seconds=10)
# Around a link that only machines see, the same connection is that machine.
NEAR_HONEYPOT = timedelta(minutes=1)
# Filters look at a letter before its reader has it.
TOO_SOON = 5
# Providers that fetch pictures for their readers do some of it as the letter comes in.
PROXY_LOOKS_AHEAD = 60

_FILTERS = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|ironport|cisco|trendmicro|tmes|fortinet|fortiguard|sophos|forcepoint|"
    r"messagelabs|symantec|checkpoint|safelinks|protect|scan|(?<!cu)bot\b|crawl|spider|preview|headless|externalhit|"
    r"\bcurl|\bwget|python|aiohttp|go-http-client|\bjava\b|httpclient|okhttp|libwww|axios|node-fetch|guzzle|ruby",
    re.I,
)
_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy", re.I)
# All that Apple's relay says, for whoever has mail protection on, whether they look or not.
_APPLES_RELAY = "Mozilla"


@dataclass(frozen=True)
class Event:
    """The facts of one request, as :class:`newsletters.models.MailEvent` keeps them."""

    id: uuid.UUID
    at: datetime
    kind: str
    link: int | None
    method: str
    agent: str
    network: str
    is_prefetch: bool
    is_navigation: bool
    is_data_centre: bool
    seconds: int | None


class Requests:
    """All requests of one copy, in the order in which they came."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = sorted(events, key=lambda event: (event.at, event.id))

    @cached_property
    def _honeypots(self) -> dict[str, list[datetime]]:
        """When each connection followed the hidden link."""
        found: dict[str, list[datetime]] = {}
        for event in self.events:
            if event.kind == Kind.HONEYPOT and event.network:
                found.setdefault(event.network, []).append(event.at)
        return found

    @cached_property
    def _clicks(self) -> tuple[list[datetime], list[int | None]]:
        clicks = [event for event in self.events if event.kind == Kind.CLICK]
        return [click.at for click in clicks], [click.link for click in clicks]

    def is_near_honeypot(self, event: Event) -> bool:
        return any(abs(event.at - at) <= NEAR_HONEYPOT for at in self._honeypots.get(event.network, ()))

    def is_in_burst(self, click: Event) -> bool:
        """Whether it is one of many different links within any stretch of so short a time."""
        moments, links = self._clicks
        begins = range(bisect_left(moments, click.at - AT_ONCE), bisect_right(moments, click.at))
        ends = (bisect_right(moments, moments[begin] + AT_ONCE) for begin in begins)
        return any(len(set(links[begin:end])) >= MANY_LINKS for begin, end in zip(begins, ends, strict=True))


Rule = Callable[[Event, Requests], "Verdict | None"]


def asks_for_heads(event: Event, requests: Requests) -> Verdict | None:
    return Verdict.MACHINE if event.method == "HEAD" else None


def fetches_ahead(event: Event, requests: Requests) -> Verdict | None:
    return Verdict.MACHINE if event.is_prefetch else None


def says_it_is_one(event: Event, requests: Requests) -> Verdict | None:
    return Verdict.MACHINE if _FILTERS.search(event.agent) else None


def follows_the_hidden_link(event: Event, requests: Requests) -> Verdict | None:
    return Verdict.MACHINE if event.kind == Kind.HONEYPOT or requests.is_near_honeypot(event) else None


def follows_everything(event: Event, requests: Requests) -> Verdict | None:
    return Verdict.MACHINE if event.kind == Kind.CLICK and requests.is_in_burst(event) else None


def comes_too_soon(event: Event, requests: Requests) -> Verdict | None:
    """Before the next server has answered, or within seconds. Of an opening that is a doubt: telephones are quick."""
    if event.seconds is not None and event.seconds >= TOO_SOON:
        return None
    return Verdict.UNKNOWN if event.kind == Kind.OPEN else Verdict.MACHINE


def comes_from_a_data_centre(event: Event, requests: Requests) -> Verdict | None:
    is_for_readers = event.kind == Kind.OPEN and (_PROXIES.search(event.agent) or event.agent == _APPLES_RELAY)
    return Verdict.MACHINE if event.is_data_centre and not is_for_readers else None


def fetches_for_readers(event: Event, requests: Requests) -> Verdict | None:
    """Pictures that the reader's provider fetches: Apple whether they look or not, others mostly when they do."""
    if event.kind != Kind.OPEN:
        return None
    if event.agent == _APPLES_RELAY:
        return Verdict.UNKNOWN
    is_early = event.seconds is None or event.seconds < PROXY_LOOKS_AHEAD
    return Verdict.UNKNOWN if _PROXIES.search(event.agent) and is_early else None


def says_nothing(event: Event, requests: Requests) -> Verdict | None:
    """Every browser has a name. Since 2023 every browser says too that it goes somewhere; older ones do not."""
    if not event.agent:
        return Verdict.UNKNOWN if event.kind == Kind.OPEN else Verdict.MACHINE
    return Verdict.UNKNOWN if event.kind == Kind.CLICK and not event.is_navigation else None


RULES: tuple[Rule, ...] = (
    asks_for_heads,
    fetches_ahead,
    says_it_is_one,
    follows_the_hidden_link,
    follows_everything,
    comes_too_soon,
    comes_from_a_data_centre,
    fetches_for_readers,
    says_nothing,
)
