"""What newsletters do when something happened."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from newsletters import signals, tasks


@receiver(signals.message_written)
def wake_the_sender(**_facts: Any) -> None:
    """Send at once instead of at the next tick; with the queue away the tick will do."""
    transaction.on_commit(tasks.send_messages.delay, robust=True)
