"""What a membership has ahead of it: every charge, every mail and every change of reading, if nobody does anything.

Pure: what the mirror says in, steps out. A subscription is played forward turn by turn on a copy of its row; in each
state the mails are those of :mod:`memberships.notices` and the reading is that of :mod:`memberships.subscriptions`, the
very functions by which they are sent and opened. What only Stripe or a bank decides is assumed: a card that has not
expired is charged, one that has is not, and a bill that is sent is paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from memberships import notices
from memberships.access import Grant
from memberships.models import Charge, Happening, Invoice, Plan, Subscription
from memberships.pauses import months_on
from memberships.subscriptions import GRACE, OVER, Facts, access_until

Kind = Happening.Kind
# As far as the page looks: a year's renewal, and what is told before and after it.
REACH_MONTHS = 14
# Stripe keeps an invoice of a period for about an hour before it is charged.
INVOICE_RESTS = timedelta(hours=1)
# Two rights with less between them are one: nobody reads in the hour in which one follows the other.
_SEAM = timedelta(minutes=1)
_MONTHS = {Plan.Interval.MONTH: 1, Plan.Interval.YEAR: 12}


class What(StrEnum):
    """What a step is: money that is taken, asked for or not got, a mail, or reading that begins or ends."""

    CHARGE = "charge"
    BILL = "bill"
    CHARGE_FAILS = "charge_fails"
    MAIL = "mail"
    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True)
class Step:
    """``charge`` is of the three that are money, ``mail`` the turn that is told, ``product`` the slug that is read."""

    at: datetime
    what: What
    charge: Charge | None = None
    mail: Kind | None = None
    product: str = ""


@dataclass(frozen=True)
class Known:
    """What the mirror holds of one subscription: its oldest unpaid invoice, and what was told (kind and period)."""

    subscription: Subscription
    owed: Invoice | None = None
    told: frozenset[tuple[str, str]] = frozenset()


@dataclass
class _Life:
    """One subscription being played. ``now`` is how far it has come, ``reads_until`` where its reading ends so far."""

    row: Subscription
    owed: Invoice | None
    told: set[tuple[str, str]]
    now: datetime
    until: datetime
    is_first: bool = True
    reads_until: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    def take(self, at: datetime, what: What, *, charge: Charge | None = None, mail: Kind | None = None) -> None:
        if at < self.until:
            self.steps.append(Step(at, what, charge, mail))


def forecast(known: Sequence[Known], grants: Sequence[Grant], at: datetime, until: datetime) -> list[Step]:
    """Everything from ``at`` on and before ``until``, in order of time.

    ``grants`` are the rights that come from elsewhere than these subscriptions, past ones included.
    """
    steps: list[Step] = []
    reading: defaultdict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for each in known:
        life = _lived(each, at, until)
        steps += life.steps
        if life.reads_until is not None:
            reading[each.subscription.plan.product.slug].append((at, life.reads_until))
    for grant in grants:
        if grant.ends_at is None or grant.ends_at > at:
            reading[grant.product].append((max(grant.starts_at, at), grant.ends_at))
    for product, spans in reading.items():
        steps += _edges(product, spans, at, until)
    return sorted(steps, key=lambda step: step.at)


def _lived(known: Known, at: datetime, until: datetime) -> _Life:
    row = copy(known.subscription)
    life = _Life(row, known.owed, set(known.told), at, until)
    if row.status in OVER or row.runs_on_refused_trial:
        return life
    life.reads_until = access_until(Facts.of(row), at)
    while life.now < until and (turn := _next_turn(life)) is not None:
        _notify(life, turn)
        life.now = max(turn, life.now)
        if life.now < until:
            _turn(life)
            if row.status in OVER:
                return life
        life.reads_until = access_until(Facts.of(row), life.now) or (life.reads_until and life.now)
    _notify(life, until)
    return life


def _next_turn(life: _Life) -> datetime | None:
    """When the state that the subscription is in is over by itself; ``None`` where it lasts until somebody acts."""
    row = life.row
    if row.status == "trialing":
        return row.cancel_at or row.trial_ends_at
    if row.status == "active":
        return row.cancel_at or row.period_ends_at
    if row.status == "past_due" and row.collection_method == "charge_automatically" and row.past_due_since:
        return min(row.past_due_since + GRACE, row.cancel_at or row.past_due_since + GRACE)
    return None


def _notify(life: _Life, until: datetime) -> None:
    """The mails of the state it is in, each once, as long as the state lasts."""
    for notice in notices.ahead(life.row, life.owed):
        begins = max(notice.begins, life.now)
        if begins < min(notice.ends, until) and (notice.kind, notice.period) not in life.told:
            life.told.add((notice.kind, notice.period))
            life.take(begins, What.MAIL, mail=notice.kind)


def _turn(life: _Life) -> None:
    row = life.row
    is_without_card = row.status == "trialing" and not row.card_label and _is_automatic(row)
    if row.cancel_at is not None or row.status == "past_due" or is_without_card:
        _end(life)
    else:
        _renew(life)


def _end(life: _Life) -> None:
    life.row.status = "canceled"
    life.reads_until = life.reads_until and min(life.reads_until, life.now)
    life.take(life.now, What.MAIL, mail=Kind.SUBSCRIPTION_ENDED)


def _renew(life: _Life) -> None:
    """The next period begins, and an hour later its invoice is charged, or sent."""
    row, charge = life.row, life.row.next_charge if life.is_first else life.row.list_price
    begins = (row.trial_ends_at if row.status == "trialing" else row.period_ends_at) or life.now
    # Periods are anchored on the end of the trial; the day of a longer month shows in one end of any period.
    anchors = (begins,) if row.status == "trialing" else (begins, row.period_starts_at)
    day = max(moment.day for moment in anchors if moment)
    row.status, row.period_starts_at = "active", begins
    row.period_ends_at = months_on(begins, _MONTHS[Plan.Interval(row.plan.interval)], day)
    life.is_first = False
    life.now = max(begins + INVOICE_RESTS, life.now)
    if not _is_automatic(row):
        life.take(life.now, What.BILL, charge=charge)
    elif row.card_expires_on is not None and row.card_expires_on < life.now.date() and charge.amount:
        _fail(life, charge)
    else:
        _pay(life, charge)


def _pay(life: _Life, charge: Charge) -> None:
    if charge.amount:
        life.row.has_paid = True
        life.take(life.now, What.CHARGE, charge=charge)
        life.take(life.now, What.MAIL, mail=Kind.INVOICE_PAID)


def _fail(life: _Life, charge: Charge) -> None:
    life.row.status, life.row.past_due_since = "past_due", life.now
    life.owed = Invoice(
        stripe_id=f"ahead {life.now.isoformat()}",
        status="open",
        amount_due=charge.amount,
        currency=charge.currency,
        issued_at=life.now,
    )
    life.take(life.now, What.CHARGE_FAILS, charge=charge)
    life.take(life.now, What.MAIL, mail=Kind.PAYMENT_FAILED)


def _is_automatic(row: Subscription) -> bool:
    return row.collection_method == "charge_automatically"


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
