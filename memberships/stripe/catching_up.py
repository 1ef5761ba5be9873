"""After an outage: fetches from Stripe what it could not deliver, through the same inbox as webhooks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from memberships.stripe import webhooks
from memberships.stripe.calls.events import undelivered_events
from memberships.stripe.client import API_VERSION
from memberships.stripe.handlers import HANDLERS
from memberships.stripe.payload import Unusable
from memberships.stripe.remote import RemoteEvent
from memberships.stripe.sync import UnknownCustomer, sync_customer
from memberships.stripe.webhooks import WebhookRefused

log = logging.getLogger(__name__)

# Stripe tries to deliver for three days; what is older than that it gives up, and lists for thirty.
LOOKS_BACK = timedelta(days=3)
FURTHEST_BACK = timedelta(days=30)


@dataclass(frozen=True)
class CaughtUp:
    """How many events were new to us, and how many customers were read again because their events speak another way."""

    events: int = 0
    customers: int = 0


def catch_up(since: datetime, at: datetime) -> CaughtUp:
    """Take in what Stripe could not deliver since then. What was delivered meanwhile is known by its id.

    A list is in the API version of the account, whatever that of the endpoint is. Of an event in another version only
    its customer is believed, whose subscriptions are read again; what it says of money, the night compares.

    Raises:
        BillingError: when Stripe could not be asked.
    """
    new, others = 0, set()
    for content in undelivered_events(sorted(HANDLERS), since):
        remote = RemoteEvent.read(content)
        if remote.api_version != API_VERSION:
            others.add(remote.customer_id)
            continue
        try:
            _row, is_new = webhooks.take_in(content, at)
        except WebhookRefused as refusal:
            log.warning("%s was not taken in: %s", remote.id, refusal)
        else:
            new += is_new
    return CaughtUp(new, sum(_is_read_again(customer_id, at) for customer_id in sorted(others - {""})))


def _is_read_again(customer_id: str, at: datetime) -> bool:
    try:
        sync_customer(customer_id, at)
    except UnknownCustomer:
        return False
    except Unusable as error:
        log.warning("%s could not be read again: %s", customer_id, error)
        return False
    return True
