"""What a membership has ahead of it: every charge, every mail and every change of reading, if nobody does anything.

Pure: what the mirror says in, steps out. A subscription is played forward turn by turn on a copy of its row; in each
state the mails are those of :mod:`memberships.notices` and the reading is that of :mod:`memberships.subscriptions`, the
very functions by which they are sent and opened. What only Stripe or a bank decides is assumed: a card that has not
expired is charged, one that has is not, and a bill that is sent is paid. Gifts that wait follow the membership.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from memberships.access import Grant
from memberships.pauses import months_on
from memberships.playing import Life, lived
from memberships.steps import Gifts, HeldGift, Known, OfAGift, Step, What
from memberships.subscriptions import OVER
from memberships.vouchers.telling import ENDING_LEAD, WAITING_LEAD

# As far as the page looks: a year's renewal, and what is told before and after it.
REACH_MONTHS = 14
# Two rights with less between them are one: nobody reads in the hour in which one follows the other.
_SEAM = timedelta(minutes=1)
_NO_GIFTS = Gifts()


def forecast(
    known: Sequence[Known], grants: Sequence[Grant], at: datetime, until: datetime, gifts: Gifts = _NO_GIFTS
) -> list[Step]:
    """Everything from ``at`` on and before ``until``, in order of time.

    ``grants`` are the rights that come from elsewhere than these subscriptions and gifts, past ones included.
    """
    steps: list[Step] = []
    reading: defaultdict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    lives = [lived(each, at, until) for each in known]
    for life in lives:
        steps += life.steps
        reading[_product_of(life)] += life.spans(at)
    for grant in grants:
        if grant.ends_at is None or grant.ends_at > at:
            reading[grant.product].append((max(grant.starts_at, at), grant.ends_at))
    held = list(_moved(gifts.held, lives, at))
    for gift in held:
        reading[gift.product].append((max(gift.starts_at, at), gift.ends_at))
    steps += _told_of_gifts(held, gifts, lives, at, until)
    for product, spans in reading.items():
        steps += _edges(product, spans, at, until)
    return sorted(steps, key=lambda step: step.at)


def _product_of(life: Life) -> str:
    return life.row.plan.product.slug


def _moved(gifts: Iterable[HeldGift], lives: Sequence[Life], at: datetime) -> Iterator[HeldGift]:
    """Those that wait behind a membership, where that will have left room for them."""
    free_from: dict[str, datetime] = {}
    for life in lives:
        if life.reads_until is not None:
            product = _product_of(life)
            free_from[product] = max(life.reads_until, free_from.get(product, at))
    for gift in sorted(gifts, key=lambda gift: gift.starts_at):
        starts = gift.starts_at
        if starts > at and (room := free_from.get(gift.product)) is not None and room > starts:
            starts = room
            gift = HeldGift(gift.product, gift.months, starts, months_on(starts, gift.months), gift.is_end_told)
        if starts > at:
            free_from[gift.product] = gift.ends_at
        yield gift


def _told_of_gifts(
    held: Sequence[HeldGift], gifts: Gifts, lives: Sequence[Life], at: datetime, until: datetime
) -> Iterator[Step]:
    for gift in held:
        told_at = max(gift.ends_at - ENDING_LEAD, at)
        is_followed = any(other.product == gift.product and other.ends_at > gift.ends_at for other in held)
        is_followed = is_followed or any(_goes_on(life, gift.product, told_at) for life in lives)
        if told_at < until and not gift.is_end_told and not is_followed:
            yield Step(told_at, What.MAIL, mail=OfAGift.ENDING)
    for given in gifts.given:
        told_at = max(given.expires_at - WAITING_LEAD, at)
        if told_at < until and not given.is_told:
            yield Step(told_at, What.MAIL, mail=OfAGift.WAITING)


def _goes_on(life: Life, product: str, at: datetime) -> bool:
    """Whether its reader pays for the product then, and will go on to."""
    was = life.known.subscription
    is_over = was.status in OVER or (life.row.ended_at is not None and life.row.ended_at <= at)
    return _product_of(life) == product and was.cancel_at is None and not is_over


def _edges(
    product: str, spans: list[tuple[datetime, datetime | None]], at: datetime, until: datetime
) -> Iterator[Step]:
    """Where reading begins and ends, of spans that may overlap or touch."""
    edge: datetime | None = at  # Until when it is open as far as was looked; None is without end.
    is_open = False
    for starts, ends in sorted(spans, key=lambda span: span[0]):
        if is_open and edge is not None and starts > edge + _SEAM:
            yield from _within(Step(edge, What.CLOSES, product=product), until)
            is_open = False
        if not is_open:
            if starts > at:
                yield from _within(Step(starts, What.OPENS, product=product), until)
            is_open, edge = True, ends
        elif edge is not None:
            edge = None if ends is None else max(edge, ends)
    if is_open and edge is not None:
        yield from _within(Step(edge, What.CLOSES, product=product), until)


def _within(step: Step, until: datetime) -> Iterator[Step]:
    if step.at < until:
        yield step
