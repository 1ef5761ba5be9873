"""Readings decided again, in their order, under terms that need not be those in force. Pure.

The decision is :func:`memberships.access.decide` and the meter its :class:`~memberships.access.Meter`. What is done
here is only what :mod:`memberships.admission` does around them: a metered item that was granted counts, once a month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from memberships.access import Item, Meter, Reader, Reason, Verdict, decide
from memberships.arrivals import Arrival
from memberships.metering import month_of
from memberships.models import Paywall, ReadingRule
from memberships.reading_rules import Terms, resolve


class Noted(NamedTuple):
    """One reading of the log. ``user`` and ``article`` are primary keys; either ``user`` or ``visitor`` is set."""

    user: int | None
    visitor: str
    at: datetime
    article: int
    referrer: str = ""
    campaign: str = ""
    country: str = ""


# What a reading is judged by: the text at its level, and the limits that hold for this reading.
TermsFor = Callable[[Noted, Item], tuple[Item, Paywall]]


# The allowance, what is spent of it, and whether this very text was counted before.
_Meter = tuple[int, int, bool]
# All that the decision on somebody who holds nothing depends on: access, product, meter.
_Case = tuple[str, str | None, _Meter | None]


def plain(limits: Paywall) -> TermsFor:
    """The same limits for every reading, and every text at its own level."""
    return lambda reading, item: (item, limits)


def ruled(limits: Paywall, rules: Sequence[ReadingRule]) -> TermsFor:
    """The limits, and over them the first of the reading rules that fits how somebody came; their periods do not count.

    What a rule says is worked out once for each way of coming to each kind of text.
    """
    said: dict[tuple[str, ...], tuple[str, Paywall]] = {}

    def terms_for(reading: Noted, item: Item) -> tuple[Item, Paywall]:
        came = (reading.referrer, reading.campaign, reading.country, item.access, item.product or "", item.section)
        if came not in said:
            arrival = Arrival(reading.referrer, reading.campaign.casefold(), reading.country)
            terms = resolve(arrival, item, rules)
            said[came] = terms.item.access, _limited(limits, terms)
        access, own_limits = said[came]
        return (item if access == item.access else replace(item, access=access)), own_limits

    return terms_for if rules else plain(limits)


def _limited(limits: Paywall, terms: Terms) -> Paywall:
    if terms.allowance is None and terms.registered_allowance is None:
        return limits
    return Paywall(
        allowance=limits.allowance if terms.allowance is None else terms.allowance,
        registered_allowance=(
            limits.registered_allowance if terms.registered_allowance is None else terms.registered_allowance
        ),
    )


class Side:
    """One set of rules: ``items`` are the texts (by primary key) at the levels it puts them at."""

    def __init__(self, items: Mapping[int, Item], terms_for: TermsFor) -> None:
        self._items = items
        self._terms_for = terms_for
        self._said: dict[Reader, dict[_Case, Verdict]] = {}

    def replay(self, readings: Iterable[Noted], reader: Reader) -> Iterator[Verdict]:
        """A verdict for each of one visitor's readings, which come in order. Every month begins with a fresh meter."""
        seen: defaultdict[date, set[str]] = defaultdict(set)
        for reading in readings:
            own = self._items[reading.article]
            item, limits = self._terms_for(reading, own)
            by_right = self._decide(reader, own, reading.at) if item is not own else None
            if by_right is not None and by_right.is_granted:
                yield by_right  # a rule takes nothing from whoever may read without it
            elif item.access == "metered":
                yield self._metered(reader, item, limits, seen[month_of(reading.at)], reading.at)
            else:
                yield self._decide(reader, item, reading.at)

    def _metered(self, reader: Reader, item: Item, limits: Paywall, seen: set[str], at: datetime) -> Verdict:
        allowance = limits.registered_allowance if reader.is_signed_in else limits.allowance
        verdict = self._decide(reader, item, at, (allowance, len(seen), item.key in seen))
        if verdict.reason is Reason.METERED:
            seen.add(item.key)
        return verdict

    def _decide(self, reader: Reader, item: Item, at: datetime, meter: _Meter | None = None) -> Verdict:
        """The decision; of whoever holds nothing it is made once for each level and stand of the meter."""
        if reader.grants or reader.gifts or reader.passes:
            return _decided(reader, item, at, meter)
        said, case = self._said.setdefault(reader, {}), (item.access, item.product, meter)
        if case not in said:
            said[case] = _decided(reader, item, at, meter)
        return said[case]


def _decided(reader: Reader, item: Item, at: datetime, meter: _Meter | None) -> Verdict:
    if meter is None:
        return decide(reader, item, at)
    allowance, spent, is_seen = meter
    seen = frozenset({item.key}) if is_seen else frozenset[str]()
    return decide(replace(reader, meter=Meter(allowance, spent, seen)), item, at)
