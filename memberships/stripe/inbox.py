"""Works off the inbox of webhooks: each event to its end, or to where it waits, and why."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Customer, StripeEvent
from memberships.stripe import client
from memberships.stripe.client import BillingError
from memberships.stripe.handlers import HANDLERS, look_of
from memberships.stripe.payload import Unreadable
from memberships.stripe.remote import RemoteEvent
from memberships.stripe.sync import ForeignPrice, UnknownCustomer

log = logging.getLogger(__name__)

# Failed events are tried again after 15 s, 30 s, one minute … and from then on four times a day.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)
_BATCH = 100
# What one claim takes: little enough to be looked at within it, however slowly Stripe answers.
_AT_ONCE = 20
# Longer than an event can take, a dozen questions to Stripe included.
CLAIM = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)
# After so many tries staff hear of it; a few seconds or minutes without Stripe are nobody's business.
PATIENCE = 5

State = StripeEvent.State


def process(pk: int, at: datetime) -> StripeEvent.State | None:
    """Do what one event asks for now, whatever it waits for, and write down how it ended.

    Answers the state it is in now, or ``None`` when somebody else is at its lane or it was settled before. A failure is
    kept with the event and never raised.
    """
    event = StripeEvent.objects.get(pk=pk)
    if event.state in {State.DONE, State.IGNORED}:
        return None
    worked_off = _work_off(event.lane, Q(pk=pk), at, is_asked=True)
    event.refresh_from_db(fields=["state"])
    return StripeEvent.State(event.state) if worked_off else None


def work_off(lane: str, at: datetime) -> int:
    """Do what the waiting events of one lane ask for, the oldest first; answers for how many.

    A lane is a customer, so that what happened to one person is never worked on by two at a time, while others' goes on
    beside it. Call it until it answers 0: an event that came while somebody worked on the lane is theirs to do.
    """
    return _work_off(lane, Q(state__in=[State.RECEIVED, State.FAILED]), at)


def replay(at: datetime) -> int:
    """Work off what waits for another try, and what was parked for a customer who is known now; answers how many."""
    due = StripeEvent.objects.waiting(at).values("lane").annotate(since=Min("received_at")).order_by("since")
    known = Customer.objects.filter(stripe_id__isnull=False).values("stripe_id")
    met = StripeEvent.objects.parked().filter(customer_id__in=known).values_list("lane", flat=True).distinct()
    waiting = Q(state__in=[State.RECEIVED, State.FAILED])
    lanes = dict.fromkeys([*(row["lane"] for row in due[:_BATCH])], waiting)
    lanes |= dict.fromkeys(met[:_BATCH], waiting | Q(state=State.PARKED))
    return sum(_work_off(lane, wanted, at) for lane, wanted in lanes.items())


def empty_old(at: datetime) -> int:
    """Forget what Stripe sent more than thirty days ago, which names people; answers of how many events.

    That they came, of what kind and how they ended is kept. Stripe lists its own events as long.
    """
    return StripeEvent.objects.to_be_emptied(at - KEPT_FOR).update(payload={})


def _work_off(lane: str, wanted: Q, at: datetime, *, is_asked: bool = False) -> int:
    """Claim, look and write down; ``is_asked`` does not wait for the next try.

    Nothing is locked while Stripe is asked: whoever works on a lane has it to themselves for :data:`CLAIM`, and if they
    die it is anybody's again. Doing it twice does no harm.
    """
    claimed = _claim(lane, wanted, at, is_asked=is_asked)
    for events in _by_look(claimed):
        # Each of them was there before Stripe is asked, so that one look at what they name answers all.
        oldest = events[0]
        end = _outcome(oldest, at)
        for event in events:
            _write_down(event, end, at)
        if end.alert is not None:
            about = oldest.api_version if end.alert == Alert.Kind.VERSION else oldest.object_id
            alerts.open_alert(end.alert, about or oldest.event_id, f"{oldest}: {end.error}", at)
    return len(claimed)


@transaction.atomic
def _claim(lane: str, wanted: Q, at: datetime, *, is_asked: bool) -> list[StripeEvent]:
    """The lane's events that are wanted and due, the oldest first; none while somebody is at the lane."""
    unsettled = StripeEvent.objects.filter(lane=lane).exclude(state__in=[State.DONE, State.IGNORED])
    rows = unsettled.filter(wanted | Q(claimed_until__gte=at)).select_for_update().order_by("pk")
    pks = []
    for pk, claimed_until, try_after in rows.values_list("pk", "claimed_until", "try_after"):
        if claimed_until is not None and claimed_until >= at:
            return []
        if is_asked or try_after is None or try_after <= at:
            pks.append(pk)
    due = StripeEvent.objects.filter(pk__in=pks[:_AT_ONCE])
    due.update(claimed_until=at + CLAIM)
    return list(due.order_by("pk"))


def _by_look(events: Sequence[StripeEvent]) -> list[list[StripeEvent]]:
    """Those that have us look at the same thing, together."""
    looks: dict[object, list[StripeEvent]] = {}
    for event in events:
        looks.setdefault((event.api_version, look_of(event.type, event.payload)), []).append(event)
    return list(looks.values())


def _write_down(event: StripeEvent, end: _End, at: datetime) -> None:
    event.state, event.error = end.state, end.error
    event.attempts, event.claimed_until = event.attempts + 1, None
    event.try_after = at + _wait_after(event.attempts) if end.state == State.FAILED else None
    event.settled_at = None if event.state in {State.FAILED, State.PARKED} else at
    event.save(update_fields=["state", "error", "attempts", "claimed_until", "try_after", "settled_at"])


class _End(NamedTuple):
    """How an event ends: its state, a sentence for staff where it did not go through, and what kind of alert it is."""

    state: StripeEvent.State
    error: str = ""
    alert: Alert.Kind | None = None


def _outcome(event: StripeEvent, at: datetime) -> _End:
    handler = HANDLERS.get(event.type)
    if handler is None:
        return _End(State.IGNORED)
    if end := _unusable(event):
        return end
    try:
        handler(RemoteEvent.read(event.payload), at)
    except UnknownCustomer as unknown:
        return _End(State.PARKED, str(unknown))
    except ForeignPrice as foreign:
        return _End(State.QUARANTINED, str(foreign), Alert.Kind.FOREIGN)
    except Unreadable as unreadable:
        return _End(State.QUARANTINED, str(unreadable), Alert.Kind.UNREADABLE)
    except BillingError as refused:
        return _refused(refused, event)
    except Exception as error:  # Whatever it was, the event keeps it and is tried again.
        log.exception("The event %s could not be processed.", event.event_id)
        return _failed(f"{type(error).__name__}: {error}", event)
    return _End(State.DONE)


def _unusable(event: StripeEvent) -> _End | None:
    if event.api_version != client.API_VERSION:
        names = {"theirs": event.api_version or "–", "ours": client.API_VERSION}
        error = _("The webhook endpoint speaks API version %(theirs)s. Set it to %(ours)s, then try again.") % names
        return _End(State.QUARANTINED, error, Alert.Kind.VERSION)
    if not event.payload:
        return _End(State.QUARANTINED, _("What Stripe sent was kept for thirty days. Compare with Stripe instead."))
    return None


def _refused(error: BillingError, event: StripeEvent) -> _End:
    said = f"{error} ({error.detail})"
    if error.is_missing:
        return _End(State.QUARANTINED, said, Alert.Kind.UNREADABLE)
    if error.is_unreadable:
        return _End(State.FAILED, said, Alert.Kind.UNREADABLE)
    return _failed(said, event)


def _failed(error: str, event: StripeEvent) -> _End:
    return _End(State.FAILED, error, Alert.Kind.STUCK if event.attempts + 1 >= PATIENCE else None)


def _wait_after(tries: int) -> timedelta:
    """How long an event waits that failed so often: twice as long each time."""
    return min(_FIRST_WAIT * float(2 ** min(tries - 1, 20)), _LONGEST_WAIT)
