"""Works off the inbox of webhooks: each event to its end, or to where it waits, and why."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from memberships.models import Customer, StripeEvent
from memberships.stripe.client import BillingError
from memberships.stripe.handlers import HANDLERS
from memberships.stripe.remote import RemoteEvent, Unreadable
from memberships.stripe.sync import ForeignPrice, UnknownCustomer

log = logging.getLogger(__name__)

# Failed events are tried again after 15 s, 30 s, one minute … and from then on four times a day.
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)
_BATCH = 100

State = StripeEvent.State


def process(pk: int, at: datetime) -> StripeEvent.State | None:
    """Do what the event asks for and write down how it ended, both or neither.

    Answers the state it is in now, or ``None`` when somebody else is at it or it was settled before. A failure is kept
    with the event, which is tried again by :func:`replay`; it is never raised.
    """
    with transaction.atomic():
        event = StripeEvent.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if event is None or event.state in {State.DONE, State.IGNORED}:
            return None
        event.state, event.error = _outcome(event, at)
        event.attempts += 1
        event.settled_at = None if event.state in {State.FAILED, State.PARKED} else at
        event.save(update_fields=["state", "error", "attempts", "settled_at"])
        return State(event.state)


def replay(at: datetime) -> int:
    """Process what waits for another try, and what was parked for a customer who is known now; answers how many."""
    due = [
        event.pk for event in StripeEvent.objects.waiting().order_by("received_at")[: 10 * _BATCH] if _is_due(event, at)
    ][:_BATCH]
    known = Customer.objects.filter(stripe_id__isnull=False).values("stripe_id")
    met = StripeEvent.objects.parked().filter(customer_id__in=known).values_list("pk", flat=True)[:_BATCH]
    return sum(process(pk, at) is not None for pk in [*due, *met])


def _outcome(event: StripeEvent, at: datetime) -> tuple[StripeEvent.State, str]:
    """How the event ends, with a sentence for staff where it did not go through."""
    handler = HANDLERS.get(event.type)
    if handler is None:
        return State.IGNORED, ""
    try:
        with transaction.atomic():
            handler(RemoteEvent.read(event.payload), at)
    except UnknownCustomer as error:
        return State.PARKED, str(error)
    except (ForeignPrice, Unreadable) as error:
        return State.QUARANTINED, str(error)
    except BillingError as error:
        return State.QUARANTINED if error.is_missing else State.FAILED, f"{error} ({error.detail})"
    except Exception as error:  # Whatever it was, the event keeps it and is tried again.
        log.exception("The event %s could not be processed.", event.event_id)
        return State.FAILED, _("%(kind)s: %(error)s") % {"kind": type(error).__name__, "error": error}
    return State.DONE, ""


def _is_due(event: StripeEvent, at: datetime) -> bool:
    """Whether its waiting time, doubled with each try, is over. One never tried is due at once."""
    if event.attempts == 0:
        return True
    tries = min(event.attempts - 1, 20)
    waited = sum((min(_FIRST_WAIT * 2**number, _LONGEST_WAIT) for number in range(tries + 1)), timedelta(0))
    return at >= event.received_at + waited
