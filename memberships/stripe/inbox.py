"""Works off the inbox of webhooks: each event to its end, or to where it waits, and why."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Customer, StripeEvent
from memberships.stripe import client
from memberships.stripe.client import BillingError
from memberships.stripe.handlers import HANDLERS
from memberships.stripe.remote import RemoteEvent, Unreadable
from memberships.stripe.sync import ForeignPrice, UnknownCustomer

log = logging.getLogger(__name__)

# Failed events are tried again after 15 s, 30 s, one minute … and from then on four times a day.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)
_BATCH = 100
# Longer than an event can take, a dozen questions to Stripe included.
CLAIM = timedelta(minutes=5)
# After so many tries staff hear of it; a few seconds or minutes without Stripe are nobody's business.
PATIENCE = 5

State = StripeEvent.State


def process(pk: int, at: datetime) -> StripeEvent.State | None:
    """Do what the event asks for and write down how it ended.

    Answers the state it is in now, or ``None`` when somebody else is at it or it was settled before. A failure is kept
    with the event, which is tried again by :func:`replay`; it is never raised. Nothing is locked while Stripe is asked:
    whoever works on an event has it to themselves for :data:`CLAIM`, and if they die it is anybody's again. Doing it
    twice does no harm.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    unsettled = StripeEvent.objects.filter(free, pk=pk).exclude(state__in=[State.DONE, State.IGNORED])
    if not unsettled.update(claimed_until=at + CLAIM):
        return None
    event = StripeEvent.objects.get(pk=pk)
    end = _outcome(event, at)
    event.state, event.error = end.state, end.error
    event.attempts, event.claimed_until = event.attempts + 1, None
    event.settled_at = None if event.state in {State.FAILED, State.PARKED} else at
    event.save(update_fields=["state", "error", "attempts", "claimed_until", "settled_at"])
    if end.alert is not None:
        about = event.api_version if end.alert == Alert.Kind.VERSION else event.object_id
        alerts.open_alert(end.alert, about or event.event_id, f"{event}: {end.error}", at)
    return end.state


def replay(at: datetime) -> int:
    """Process what waits for another try, and what was parked for a customer who is known now; answers how many."""
    due = [
        event.pk for event in StripeEvent.objects.waiting().order_by("received_at")[: 10 * _BATCH] if _is_due(event, at)
    ][:_BATCH]
    known = Customer.objects.filter(stripe_id__isnull=False).values("stripe_id")
    met = StripeEvent.objects.parked().filter(customer_id__in=known).values_list("pk", flat=True)[:_BATCH]
    return sum(process(pk, at) is not None for pk in [*due, *met])


class _End(NamedTuple):
    """How an event ends: its state, a sentence for staff where it did not go through, and what kind of alert it is."""

    state: StripeEvent.State
    error: str = ""
    alert: Alert.Kind | None = None


def _outcome(event: StripeEvent, at: datetime) -> _End:
    handler = HANDLERS.get(event.type)
    if handler is None:
        return _End(State.IGNORED)
    if event.api_version != client.API_VERSION:
        names = {"theirs": event.api_version or "–", "ours": client.API_VERSION}
        error = _("The webhook endpoint speaks API version %(theirs)s. Set it to %(ours)s, then try again.") % names
        return _End(State.QUARANTINED, error, Alert.Kind.VERSION)
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


def _refused(error: BillingError, event: StripeEvent) -> _End:
    said = f"{error} ({error.detail})"
    if error.is_missing:
        return _End(State.QUARANTINED, said, Alert.Kind.UNREADABLE)
    if error.is_unreadable:
        return _End(State.FAILED, said, Alert.Kind.UNREADABLE)
    return _failed(said, event)


def _failed(error: str, event: StripeEvent) -> _End:
    return _End(State.FAILED, error, Alert.Kind.STUCK if event.attempts + 1 >= PATIENCE else None)


def _is_due(event: StripeEvent, at: datetime) -> bool:
    """Whether its waiting time, doubled with each try, is over. One never tried is due at once."""
    if event.attempts == 0:
        return True
    tries = min(event.attempts - 1, 20)
    waited = sum((min(_FIRST_WAIT * 2**number, _LONGEST_WAIT) for number in range(tries + 1)), timedelta(0))
    return at >= event.received_at + waited
