"""When somebody was last heard of: what they do themselves, and never what their mail program loads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from newsletters.models import Recipient

# A sign is written down no more often, however much somebody does.
NOTED_EVERY = timedelta(days=1)


def note(recipient: Recipient, at: datetime) -> None:
    """They gave a sign of life: signed in, answered, chose. Writes at most once a day for each."""
    note_all([recipient.pk], at)


def note_all(recipients: Collection[int], at: datetime) -> None:
    """The same of several, by their keys."""
    if not recipients:
        return
    heard_before = Q(last_sign_at__isnull=True) | Q(last_sign_at__lte=at - NOTED_EVERY)
    Recipient.objects.filter(heard_before, pk__in=recipients).update(last_sign_at=at)
