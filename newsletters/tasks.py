"""What newsletters do later. Each task may be started twice, at once or again: the rows hold what must happen once."""

from __future__ import annotations

from celery import shared_task

from memberships import clock
from newsletters.delivery import claim, messages
from newsletters.delivery.smtp import Line
from newsletters.delivery.turns import turn

# What one task sends before it makes room for others; the next tick goes on.
MOST_BATCHES = 20


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
