"""What newsletters do later. Each task may be started twice, at once or again: the rows hold what must happen once."""

from __future__ import annotations

import logging

from celery import shared_task

from memberships import clock, win_backs
from memberships.turns import turn
from newsletters import editions, invitations, partitions, recipients, winning_back
from newsletters.delivery import claim, messages
from newsletters.delivery import editions as copies
from newsletters.delivery.smtp import Line
from newsletters.models import Edition
from newsletters.presenting import render_edition

log = logging.getLogger(__name__)

# What one task sends before it makes room for others.
MOST_BATCHES = 20


@shared_task
def compose_due() -> None:
    """Compose the editions whose moment has come."""
    editions.compose_due(clock.now())


@shared_task
def send_due() -> None:
    """Freeze the audience of what is approved and due, and wake a sender for every edition that is not through."""
    at = clock.now()
    for edition in Edition.objects.due(at):
        try:
            editions.freeze(edition, at)
        except Exception:
            log.exception("the audience of edition %s cannot be frozen", edition.public_id)
    for pk in Edition.objects.sending().values_list("pk", flat=True):
        send_edition.delay(pk)


@shared_task
def send_edition(pk: int) -> None:
    """Hand over the waiting copies of one edition; what is left after a while goes on in the next task."""
    edition = Edition.objects.sending().select_related("newsletter").filter(pk=pk).first()
    if edition is None:
        return
    with turn(f"send edition {pk}") as is_mine, Line() as line:
        if not is_mine:
            return
        content = render_edition(edition, clock.now())
        goes_on = all(copies.send_batch(line, edition, content, clock.now()) for _batch in range(MOST_BATCHES))
        editions.finish(edition, clock.now())
    if goes_on:
        send_edition.delay(pk)


@shared_task
def send_messages() -> None:
    """Hand over the messages that wait."""
    with turn("send messages") as is_mine, Line() as line:
        for _batch in range(MOST_BATCHES if is_mine else 0):
            if not messages.send_batch(line, clock.now()):
                break


@shared_task
def settle_dead_claims() -> None:
    """Decide about what workers left in the middle."""
    claim.settle_dead(clock.now())


@shared_task
def release_undeliverable_invitations() -> None:
    """Give seats back whose invitation cannot arrive, and tell the owners of the teams."""
    at = clock.now()
    invitations.release_undeliverable(at)
    invitations.tell_owners(at)


@shared_task
def win_back() -> None:
    """Write to people whose membership ended long enough ago, if there is an offer for them."""
    at = clock.now()
    win_backs.note_due(at)
    winning_back.send_due(at)


@shared_task
def prepare_partitions() -> None:
    """Have the ledger's tables for this month and the next two ready."""
    partitions.prepare(clock.now().date())


@shared_task
def follow_addresses() -> None:
    """Write to where accounts are now, should the moment of a change have been missed."""
    recipients.follow_all(clock.now())
