"""When gifts run: one after another, and never while somebody pays for the same. Pure: facts in, spans out.

Who has a membership keeps a gift for later, for as long as the membership goes on: each time it is renewed, the gift
moves behind the new period. So no month that was given is lost, and none runs twice.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A renewal is known here that long after it was due, at the most: as long as Stripe goes on trying a failed card.
_LEARNED_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Span:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Gift:
    """A gift in somebody's hand. ``span`` is what it was given last; ``None`` for one that is being claimed."""

    months: int
    claimed_at: datetime
    span: Span | None = None


def line_up(gifts: Sequence[Gift], periods: Sequence[Span], at: datetime) -> list[Span]:
    """The span of each gift, in their order. ``periods`` are those somebody pays for, or tries for free."""
    free_from = at.replace(microsecond=0)
    busy_until = max((period.ends_at for period in periods), default=free_from)
    spans = []
    for gift in gifts:
        span = gift.span
        if span is None or span.starts_at > at or _is_overtaken(gift, span, periods, at):
            starts_at = max(free_from, busy_until)
            span = Span(starts_at, months_after(starts_at, gift.months))
        spans.append(span)
        free_from = max(free_from, span.ends_at)
    return spans


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the last of a month that has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _is_overtaken(gift: Gift, span: Span, periods: Sequence[Span], at: datetime) -> bool:
    """Whether it had begun at the end of a membership that, as is known only now, was renewed after all."""
    has_waited = span.starts_at > gift.claimed_at and at - span.starts_at <= _LEARNED_WITHIN
    return has_waited and any(period.starts_at <= span.starts_at < period.ends_at for period in periods)
