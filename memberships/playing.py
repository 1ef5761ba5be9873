"""Plays one subscription forward, turn by turn, on a copy of its row, as if nobody did anything."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memberships import notices, price_moves, proration
from memberships.models import Charge, Invoice, Plan, Subscription
from memberships.pauses import months_on
from memberships.steps import Kind, Known, Step, What
from memberships.subscriptions import GRACE, OVER, Facts, access_until

# Stripe keeps an invoice of a period for about an hour before it is charged.
INVOICE_RESTS = timedelta(hours=1)
_MONTHS = {Plan.Interval.MONTH: 1, Plan.Interval.YEAR: 12}


@dataclass
class Life:
    """One subscription being played. ``now`` is how far it has come; it reads from ``reads_from`` to ``reads_until``.

    ``credit`` is what a rest has left over for later charges, ``is_foretold`` says that the plan that follows is not at
    Stripe yet, so that what Stripe says of the next charge does not know it.
    """

    known: Known
    row: Subscription
    owed: Invoice | None
    told: set[tuple[str, str]]
    now: datetime
    until: datetime
    is_first: bool = True
    credit: int = 0
    is_foretold: bool = False
    reads_from: datetime | None = None
    reads_until: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    def take(self, at: datetime, what: What, *, charge: Charge | None = None, mail: Kind | None = None) -> None:
        if at < self.until:
            self.steps.append(Step(at, what, charge, mail))

    def spans(self, at: datetime) -> list[tuple[datetime, datetime | None]]:
        """What it opens from ``at`` on; no span, or one."""
        return [(self.reads_from or at, self.reads_until)] if self.reads_until is not None else []


def lived(known: Known, at: datetime, until: datetime) -> Life:
    row = copy(known.subscription)
    life = Life(known, row, known.owed, set(known.told), at, until)
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


def _next_turn(life: Life) -> datetime | None:
    """When the state that the subscription is in is over by itself; ``None`` where it lasts until somebody acts."""
    row = life.row
    if row.status == "trialing":
        return row.cancel_at or row.trial_ends_at
    if row.status == "active":
        return row.cancel_at or row.period_ends_at
    if row.rests_by_wish and row.rests_until is not None and life.owed is None:
        return row.cancel_at or row.rests_until
    if row.status == "past_due" and row.collection_method == "charge_automatically" and row.past_due_since:
        return min(row.past_due_since + GRACE, row.cancel_at or row.past_due_since + GRACE)
    return None


def _notify(life: Life, until: datetime) -> None:
    """The mails of the state it is in, each once, as long as the state lasts."""
    for notice in notices.ahead(life.row, life.owed):
        begins = max(notice.begins, life.now)
        if begins < min(notice.ends, until) and (notice.kind, notice.period) not in life.told:
            life.told.add((notice.kind, notice.period))
            life.take(begins, What.MAIL, mail=notice.kind)
    _announce(life, until)


def _announce(life: Life, until: datetime) -> None:
    """A move of the price that is not at Stripe yet: told some time before the renewal that it then follows at."""
    row, move = life.row, life.known.move
    goes_on = row.status == "active" and row.cancel_at is None and row.next_plan_id is None and _is_automatic(row)
    if move is None or not goes_on or row.plan != move.from_plan:
        return
    renewal = life.known.announced_for
    if renewal is None or renewal < life.now:
        renewal = price_moves.renewal_for(row, move, life.now)
        tells_at = max(renewal - price_moves.lead(move), life.now) if renewal else until
        if renewal is None or tells_at >= until:
            return
        life.take(tells_at, What.MAIL, mail=Kind.PRICE_CHANGES)
    row.next_plan, row.next_plan_at, row.follows_by_move = move.to_plan, renewal, True
    life.is_foretold = True


def _turn(life: Life) -> None:
    row = life.row
    is_without_card = row.status == "trialing" and not row.card_label and _is_automatic(row)
    if row.cancel_at is not None or row.status == "past_due" or is_without_card:
        _end(life)
    elif row.status == "paused":
        _wake(life)
    else:
        _renew(life)


def _end(life: Life) -> None:
    life.row.status, life.row.ended_at = "canceled", life.now
    life.reads_until = life.reads_until and min(life.reads_until, life.now)
    life.take(life.now, What.MAIL, mail=Kind.SUBSCRIPTION_ENDED)


def _renew(life: Life) -> None:
    """The next period begins, and an hour later its invoice is charged, or sent."""
    row = life.row
    begins = (row.trial_ends_at if row.status == "trialing" else row.period_ends_at) or life.now
    follows = _follow(life, begins)
    is_known = life.is_first and not (follows and life.is_foretold)
    asked = row.next_amount if is_known else None
    charge = row.list_price if asked is None else Charge(asked, row.next_currency)
    # Periods are anchored on the end of the trial; the day of a longer month shows in one end of any period.
    anchors = (begins,) if row.status == "trialing" else (begins, row.period_starts_at)
    day = max(moment.day for moment in anchors if moment)
    row.status, row.period_starts_at = "active", begins
    row.period_ends_at = months_on(begins, _length(row), day)
    life.is_first = False
    life.now = max(begins + INVOICE_RESTS, life.now)
    if not _is_automatic(row):
        life.take(life.now, What.BILL, charge=charge)
    elif _has_expired(row, life.now) and charge.amount:
        _fail(life, charge)
    else:
        _pay(life, _less_credit(life, charge))


def _follow(life: Life, begins: datetime) -> bool:
    """Whether a plan that follows takes the place of the present one now; a new price was told of before."""
    row = life.row
    if row.next_plan is None or row.next_plan_at is None or row.next_plan_at > begins:
        return False
    if not row.follows_by_move:
        life.take(begins, What.MAIL, mail=Kind.PLAN_CHANGED)
    row.plan, row.next_plan, row.next_plan_at, row.follows_by_move = row.next_plan, None, None, False
    return True


def _wake(life: Life) -> None:
    """It goes on in the same cycle: what is left of the running period is charged less what the rest gave back."""
    row, price = life.row, life.row.list_price
    starts, ends = row.period_starts_at, row.period_ends_at
    credit = owed = 0
    if starts is not None and ends is not None:
        credit = proration.unused(price.amount, starts, ends, life.known.rested_at or ends)
        day = max(starts.day, ends.day)
        while ends <= life.now:
            starts, ends = ends, months_on(ends, _length(row), day)
        owed = proration.unused(price.amount, starts, ends, life.now)
        row.period_starts_at, row.period_ends_at = starts, ends
    if owed > credit and _has_expired(row, life.now):
        _fail_to_wake(life, Charge(owed - credit, price.currency))
        return
    row.status, row.pause_reason, row.rests_until = "active", "", None
    life.credit, life.is_first, life.reads_from = credit, False, life.now
    _pay(life, _less_credit(life, Charge(owed, price.currency)))


def _fail_to_wake(life: Life, charge: Charge) -> None:
    """It rests on, until its member has brought another card."""
    life.row.rests_until = None
    life.take(life.now, What.CHARGE_FAILS, charge=charge)
    life.take(life.now, What.MAIL, mail=Kind.PAYMENT_FAILED)


def _less_credit(life: Life, charge: Charge) -> Charge:
    taken = min(life.credit, charge.amount)
    life.credit -= taken
    return Charge(charge.amount - taken, charge.currency)


def _has_expired(row: Subscription, at: datetime) -> bool:
    return row.card_expires_on is not None and row.card_expires_on < at.date()


def _length(row: Subscription) -> int:
    """How many months a period has."""
    return _MONTHS[Plan.Interval(row.plan.interval)]


def _pay(life: Life, charge: Charge) -> None:
    if charge.amount:
        life.row.has_paid = True
        life.take(life.now, What.CHARGE, charge=charge)
        life.take(life.now, What.MAIL, mail=Kind.INVOICE_PAID)


def _fail(life: Life, charge: Charge) -> None:
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
