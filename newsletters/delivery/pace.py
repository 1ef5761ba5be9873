"""How fast a receiving domain is written to: no more an hour than was set, and not at all while it puts us off.

Large mailbox hosts limit who sends them much at once and answer 421 or 4.7.x; whoever goes on is blocked. Copies that
have to wait stay in the queue as they are, and those for other domains go on. A domain that refuses us ourselves
(5.7.x) rests in the same way.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Q

from newsletters.delivery import bounces
from newsletters.delivery.bounces import Judgement
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.models import ReceivingDomain

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=4)
# Of a domain's copies in one window: one that is put off may be one full mailbox.
FEWEST_PUT_OFF = 2
# "Too much from you at the moment" (RFC 3463 §3.8, and 421 of RFC 5321 §4.2.3); a mailbox of its own is 4.2.x.
_TOO_MUCH = re.compile(r"421\b|4\d\d[ -]4\.(7|3|4)\.\d+")


class Allowance(NamedTuple):
    """Domains that take nothing now, and how many more those take that have a limit."""

    closed: frozenset[str]
    left: Mapping[str, int]


def allowance(at: datetime) -> Allowance:
    """What is set and what rests, locked until the transaction ends, so that two senders do not give the same twice."""
    rows = ReceivingDomain.objects.filter(Q(rests_until__gt=at) | Q(most_an_hour__isnull=False))
    closed, left = set(), {}
    for row in rows.order_by("domain").select_for_update():
        if row.most_an_hour is not None:
            left[row.domain] = max(row.most_an_hour - (row.given if _is_running(row, at) else 0), 0)
        if left.get(row.domain) == 0 or (row.rests_until is not None and row.rests_until > at):
            closed.add(row.domain)
    return Allowance(frozenset(closed), left)


def within(domains: Sequence[str], allowed: Allowance) -> list[bool]:
    """Of copies in their order, by domain, which may be taken."""
    seen: Counter[str] = Counter()
    answer = []
    for domain in domains:
        seen[domain] += 1
        answer.append(seen[domain] <= allowed.left.get(domain, seen[domain]))
    return answer


def note_given(domains: Iterable[str], allowed: Allowance, at: datetime) -> None:
    """Count what was taken for domains with a limit, within the transaction that took it."""
    for domain, number in sorted(Counter(each for each in domains if each in allowed.left).items()):
        row = ReceivingDomain.objects.get(domain=domain)
        if _is_running(row, at):
            ReceivingDomain.objects.filter(pk=row.pk).update(given=F("given") + number)
        else:
            ReceivingDomain.objects.filter(pk=row.pk).update(given=number, hour_began_at=at)


def forbear(told: Sequence[tuple[str, Outcome]]) -> list[Outcome]:
    """The outcomes in their order, but what a whole domain refuses for what we are, and not for whom it is, waits:
    that can be mended, and to go on would lose one reader after the other. One such refusal may be one mailbox's."""
    refused = Counter(domain for domain, outcome in told if _is_about_us(outcome))
    taking = {domain for domain, outcome in told if outcome.verdict is Verdict.ACCEPTED}
    against_us = {domain for domain, number in refused.items() if number >= FEWEST_PUT_OFF and domain not in taking}
    for domain in sorted(against_us):
        reply = next(outcome.reply for each, outcome in told if each == domain and _is_about_us(outcome))
        log.error("%s refuses what we send, whoever it is for: %s", domain, reply)
    return [
        replace(outcome, verdict=Verdict.DEFERRED) if domain in against_us and _is_about_us(outcome) else outcome
        for domain, outcome in told
    ]


def learn(told: Iterable[tuple[str, Outcome]], at: datetime) -> None:
    """Have domains rest that put off what they got, and forget the strikes of those that took something."""
    put_off: Counter[str] = Counter()
    taken: set[str] = set()
    for domain, outcome in told:
        if outcome.verdict is Verdict.ACCEPTED:
            taken.add(domain)
        elif outcome.verdict is Verdict.DEFERRED and _wants_rest(outcome.reply):
            put_off[domain] += 1
    if taken:
        ReceivingDomain.objects.filter(domain__in=taken - put_off.keys(), strikes__gt=0).update(strikes=0)
    for domain in sorted(domain for domain, number in put_off.items() if number >= FEWEST_PUT_OFF):
        _strike(domain, at)


def rest_after(strikes: int) -> timedelta:
    """How long a domain rests that put us off so often in a row."""
    doubled: timedelta = FIRST_REST * 2 ** min(strikes - 1, 10)
    return min(doubled, LONGEST_REST)


def _is_about_us(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.REFUSED and bounces.judge(outcome.reply) is Judgement.US


def _wants_rest(reply: str) -> bool:
    return _TOO_MUCH.match(reply) is not None or bounces.judge(reply) is Judgement.US


def _strike(domain: str, at: datetime) -> None:
    """One strike for each rest: two windows that were under way together count once."""
    row, _is_new = ReceivingDomain.objects.get_or_create(domain=domain)
    awake = ReceivingDomain.objects.filter(Q(rests_until=None) | Q(rests_until__lte=at), pk=row.pk, strikes=row.strikes)
    awake.update(strikes=row.strikes + 1, rests_until=at + rest_after(row.strikes + 1))


def _is_running(row: ReceivingDomain, at: datetime) -> bool:
    return row.hour_began_at is not None and at - row.hour_began_at < HOUR
