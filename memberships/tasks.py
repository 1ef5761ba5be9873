"""What happens by itself. Each task may run twice or at the same time as itself without harm."""

from __future__ import annotations

import socket

from celery import shared_task

from memberships import alerts, clock, crawlers, happenings
from memberships.stripe import inbox, money_back, noticing, reconcile
from memberships.teams import seats


@shared_task
def process_event(pk: int) -> None:
    """Do what a webhook just received asks for."""
    inbox.process(pk, clock.now())


@shared_task
def replay_events() -> None:
    """Try again what failed, and what waited for a customer who is known now."""
    inbox.replay(clock.now())


@shared_task
def tell_what_happened() -> None:
    """Tell what nobody has been told of yet, and staff what they have to look at."""
    at = clock.now()
    happenings.tell_waiting(at)
    alerts.tell_waiting(at)


@shared_task
def note_what_is_due() -> None:
    """Write down what people have to be told ahead of time: a trial's end, a renewal, a card, a bill still unpaid."""
    noticing.note_due(clock.now())


@shared_task
def reconcile_doubtful() -> None:
    """Look again at subscriptions whose mirror may be behind, and go on with refunds that were left half-way."""
    at = clock.now()
    money_back.go_on(at)
    reconcile.reconcile_doubtful(at)


# The list of a large account alone takes minutes.
@shared_task(time_limit=3600)
def reconcile_all() -> None:
    """Compare everything with Stripe; when Stripe does not answer, the next night will."""
    at = clock.now()
    reconcile.reconcile_all(at)
    money_back.compare(at)


@shared_task
def verify_crawler(name: str, address: str) -> None:
    """Ask DNS whether the address is the crawler's; what it says is known from then on."""
    if crawler := crawlers.named(name):
        crawlers.verify(crawler, address, socket.gethostbyaddr, crawlers.addresses_of)


@shared_task
def release_expired_invitations() -> None:
    """Give seats back whose invitation ran out."""
    seats.release_expired(clock.now())
