"""A file of members, from its upload to the last of them: looked at and moved in, in batches that may die."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from memberships.importing import looking, taking
from memberships.importing.files import Course, MovingRefused
from memberships.importing.incoming import IncomingMember, Reading
from memberships.importing.sources import EXPORTS
from memberships.importing.verdicts import Outcome, Why
from memberships.models import MovingIn, MovingRow, Product, User
from memberships.stripe.client import BillingError

log = logging.getLogger(__name__)

BATCH = 200
# One task works so long and makes room for others.
PATIENCE = timedelta(seconds=60)
Clock = Callable[[], datetime]
State = MovingIn.State
COURSE = Course(MovingIn, *State.values)
forget = COURSE.forget


@dataclass(frozen=True)
class Wish:
    """What staff say about a file when they bring it."""

    source: str
    file_name: str
    product: Product
    comps_until: datetime
    newsletters: Sequence[str] = ()
    consent_text: str = ""
    invites: bool = False


def read(source: str, raw: bytes) -> Reading:
    """Everybody in an export. Raises NoTable."""
    return EXPORTS[source].read(raw)


@transaction.atomic
def begin(wish: Wish, reading: Reading, asked_by: User | None, at: datetime) -> MovingIn:
    """Write the file down, to be looked at. Raises MovingRefused when there is nobody in it."""
    if not reading.members:
        raise MovingRefused(_("There is nobody in this file."))
    moving_in = MovingIn.objects.create(
        source=wish.source,
        file_name=wish.file_name[:200],
        product=wish.product,
        comps_until=wish.comps_until,
        newsletters=list(wish.newsletters),
        consent_text=wish.consent_text,
        invites=wish.invites,
        problems=[[problem.line, problem.sentence] for problem in reading.problems],
        asked_by=asked_by,
        asked_at=at,
    )
    rows = (_row(moving_in, member) for member in reading.members)
    MovingRow.objects.bulk_create(rows, batch_size=2000)
    return moving_in


def _row(moving_in: MovingIn, member: IncomingMember) -> MovingRow:
    return MovingRow(
        moving_in=moving_in,
        line=member.line,
        email=member.compared,
        email_as_typed=member.email,
        name=member.name,
        claim=MovingRow.Claim(member.claim),
        renews=member.renews,
        customer_ref=member.customer_ref,
        subscription_ref=member.subscription_ref,
        card_ref=member.card_ref,
        paid_until=member.paid_until,
        joined_at=member.joined_at,
        wants_mail=member.wants_mail,
        plan_name=member.plan_name[:255],
    )


def vouch(rows: QuerySet[MovingRow]) -> int:
    """Take staff's word that a customer is theirs though its address at Stripe is another; answers how many."""
    theirs = rows.filter(why=Why.ADDRESS, state=MovingRow.State.LOOKED)
    files = set(theirs.values_list("moving_in", flat=True))
    number = theirs.update(is_vouched=True, state=MovingRow.State.WAITING, outcome="", why="")
    MovingIn.objects.filter(pk__in=files, state__in=[State.LOOKED, State.MOVED]).update(state=State.LOOKING)
    return number


def look_again(moving_in: MovingIn) -> None:
    """Do the dry run once more for whoever is not moved in. Raises MovingRefused while they move in."""
    COURSE.look_again(moving_in, halted_because="")
    moving_in.rows.filter(state__in=[MovingRow.State.LOOKED, MovingRow.State.FAILED]).begin_again()


def start(moving_in: MovingIn) -> None:
    """Have those who are clear move in. Raises MovingRefused before the dry run is through."""
    COURSE.start(moving_in, halted_because="")


def work(now: Clock, *, patience: timedelta = PATIENCE) -> bool:
    """Go on with the file that waits longest, for a minute or so; whether there is more to do."""
    at = now()
    moving_in = _claimed(at)
    if moving_in is None:
        return False
    halted = ""
    try:
        while now() < at + patience and _batch(moving_in, now):
            COURSE.keep(moving_in.pk, now())
    except BillingError as error:
        halted = str(error)
        log.warning("Moving in waits for Stripe: %s", error.detail or error)
    finally:
        COURSE.release(moving_in.pk, halted_because=halted[:500])
    return not halted and bool(COURSE.waiting())


def _claimed(at: datetime) -> MovingIn | None:
    """The oldest file there is something to do about, which is ours for a while; one file at a time."""
    oldest = next(iter(COURSE.waiting()), None)
    if oldest is None or not COURSE.claim(oldest, at):
        return None
    return MovingIn.objects.select_related("product").get(pk=oldest)


def _batch(moving_in: MovingIn, now: Clock) -> bool:
    """Do a batch of rows; whether there were any. With the last one the file's state goes on."""
    is_looking = moving_in.state == State.LOOKING
    rows = moving_in.rows.to_look_at() if is_looking else moving_in.rows.to_move()
    batch = list(rows[:BATCH])
    if not batch:
        _finish(moving_in, now())
        return False
    (_look if is_looking else _move)(batch, moving_in, now)
    return True


def _look(batch: Sequence[MovingRow], moving_in: MovingIn, now: Clock) -> None:
    here, opens = looking.Here.about(batch), looking.prices_of(moving_in)
    done: list[MovingRow] = []
    try:
        for row in batch:
            looking.look(row, moving_in, here, opens, now())
            done.append(row)
    finally:
        _save(done)


def _save(rows: Collection[MovingRow]) -> None:
    columns = ["state", "outcome", "why", "until", "detail", "price_ref", "price_label", "is_known"]
    columns += ["customer_ref", "card_ref"]
    MovingRow.objects.filter(state=MovingRow.State.WAITING).bulk_update(rows, columns)


def _move(batch: Sequence[MovingRow], moving_in: MovingIn, now: Clock) -> None:
    for row in batch:
        try:
            taking.move(row, moving_in, now())
        except BillingError:
            raise
        except Exception as error:  # Whatever it was, the row keeps it and nobody else waits for it.
            log.exception("Line %s of %s could not be moved in.", row.line, moving_in)
            taking.fail(row, f"{type(error).__name__}: {error}")


def _finish(moving_in: MovingIn, at: datetime) -> None:
    """The file is through, unless staff have asked for another look at somebody meanwhile."""
    is_more = moving_in.rows.filter(state=MovingRow.State.WAITING).exists()
    same = MovingIn.objects.filter(pk=moving_in.pk, state=moving_in.state)
    if is_more:
        same.update(state=State.LOOKING)
    elif moving_in.state == State.LOOKING:
        same.update(state=State.LOOKED)
    else:
        same.update(state=State.MOVED, ended_at=at)


def counts(moving_in: MovingIn) -> dict[str, int]:
    """How many people by what happens to them, and how many of all are through."""
    outcomes = dict(moving_in.rows.values_list("outcome").annotate(count=Count("id")))
    states = dict(moving_in.rows.values_list("state").annotate(count=Count("id")))
    total = sum(states.values())
    waiting = states.get(MovingRow.State.WAITING, 0)
    known = {each.value: outcomes.get(each.value, 0) for each in Outcome}
    ended = {name.value: states.get(name.value, 0) for name in (MovingRow.State.MOVED, MovingRow.State.FAILED)}
    return {**known, **ended, "total": total, "looked": total - waiting}
