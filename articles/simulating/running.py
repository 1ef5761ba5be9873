"""Working a trial out: the log streams by once, by visitor, and each visitor is replayed under both sets of rules.

Both sides are replayed the same way, also the one that is in force: so they leave out the same things, and compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from articles.models import AccessRule, NotedReading, Simulation
from articles.publishing import levels
from articles.reading_log import KEPT_FOR
from articles.reading_log.keys import first_key_of
from articles.simulating import trials
from articles.simulating.facts import Texts
from articles.simulating.replay import Noted, Side, TermsFor, ruled
from articles.simulating.tally import Tally
from memberships import metering, reading_rules
from memberships.access import ANONYMOUS
from memberships.models import Paywall, ReadingRule
from memberships.past_readers import readers_of

# Readings that are in memory at once: those of as many visitors as that makes.
_BATCH = 10_000
_FETCHED = 5_000

Visitor = list[Noted]
Clock = Callable[[], datetime]


def run_next(clock: Clock) -> bool:
    """Work out the trial that is next, if there is one and no other runs; whether it was finished."""
    trial = trials.take_up(clock())
    if trial is None:
        return False
    try:
        rules, came = rules_of(trial), reading_rules_of(trial)
        if rules is None or came is None:
            trials.fail(trial, Simulation.Failure.RULE_GONE, clock())
            return False
        _run(trial, rules, came, clock)
    except trials.Lost:
        return False
    return True


def rules_of(trial: Simulation) -> list[AccessRule] | None:
    """The access rules to be tried, in their order; ``None`` where one of them was deleted meanwhile."""
    wanted = [key for key, _name in trial.rules]
    rules = list(AccessRule.objects.filter(pk__in=wanted).select_related("product"))
    return rules if len(rules) == len(wanted) else None


def reading_rules_of(trial: Simulation) -> list[ReadingRule] | None:
    """The same of the reading rules."""
    wanted = [key for key, _name in trial.reading_rules]
    rules = list(ReadingRule.objects.filter(pk__in=wanted).select_related("plan__product"))
    return rules if len(rules) == len(wanted) else None


def _run(trial: Simulation, rules: list[AccessRule], came: list[ReadingRule], clock: Clock) -> None:
    limits, in_force = metering.terms(), levels.rules_in_force()
    came_now = reading_rules.in_force(trial.asked_at)
    proposed = Paywall(allowance=trial.allowance, registered_allowance=trial.registered_allowance)
    rows = NotedReading.objects.filter(id__gte=first_key_of(trial.asked_at - KEPT_FOR), at__lte=trial.asked_at)
    total = rows.count()
    trials.report(trial, 0, total, clock())
    texts, tally, done = Texts(in_force, rules), Tally(), 0
    sides = [_side(texts, 0, ruled(limits, came_now)), _side(texts, 1, ruled(proposed, came))]
    for batch in batches(visitors(_stream(rows))):
        _replay(batch, texts, sides, tally)
        done += sum(map(len, batch))
        trials.report(trial, done, total, clock())
    figures: dict[str, Any] = {
        **tally.as_json(texts.filed),
        "since": _moment(rows.order_by("id")),
        "until": _moment(rows.order_by("-id")),
        "terms_now": {
            "allowance": limits.allowance,
            "registered_allowance": limits.registered_allowance,
            "rules": [[rule.pk, rule.name] for rule in in_force],
            "reading_rules": [[rule.pk, rule.name] for rule in came_now],
        },
    }
    trials.finish(trial, tally, figures, clock())


def _side(texts: Texts, number: int, terms_for: TermsFor) -> Side:
    return Side(texts.items[number], terms_for)


def _stream(rows: Any) -> Iterator[Noted]:
    """The log by visitor and time, from a cursor of the server: no more than a few thousand rows come at once."""
    ordered = rows.order_by("user_id", "visitor", "at", "id")
    columns = ("user_id", "visitor", "at", "article_id", "referrer", "campaign", "country")
    return map(Noted._make, ordered.values_list(*columns).iterator(chunk_size=_FETCHED))


def _moment(rows: Any) -> str | None:
    first = rows.values_list("at", flat=True).first()
    return first.isoformat() if first else None


def visitors(readings: Iterable[Noted]) -> Iterator[Visitor]:
    """Readings that come sorted by visitor, a list for each."""
    return (list(own) for _key, own in groupby(readings, key=lambda reading: (reading.user, reading.visitor)))


def batches(visitors: Iterable[Visitor], size: int = _BATCH) -> Iterator[list[Visitor]]:
    """Visitors until they have ``size`` readings together, again and again."""
    batch: list[Visitor] = []
    held = 0
    for visitor in visitors:
        batch.append(visitor)
        held += len(visitor)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _replay(batch: list[Visitor], texts: Texts, sides: list[Side], tally: Tally) -> None:
    texts.learn({reading.article for visitor in batch for reading in visitor})
    users = {visitor[0].user for visitor in batch if visitor[0].user is not None}
    readers = readers_of(users) if users else {}
    for visitor in batch:
        user = visitor[0].user
        reader = ANONYMOUS if user is None else readers.get(user)
        known = [reading for reading in visitor if reading.article in texts.filed]
        if reader is not None and known:
            now, proposed = (list(side.replay(known, reader)) for side in sides)
            tally.add(known, reader, now, proposed)
