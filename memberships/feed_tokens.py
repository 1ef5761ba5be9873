"""Addresses of feeds with whole texts: made, found, noted as used, revoked.

A token is 256 random bits. The database keeps its SHA-256 only, which is enough for a secret nobody can guess: whoever
reads the table learns no address. It names a person; what they may read is decided anew at every request.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from memberships.models import FeedToken, User

MOST_OPEN = 5
# Feed readers ask every few minutes; when one last did is of use to the hour.
NOTED_EVERY = timedelta(hours=1)


class FeedTokenError(Exception):
    """Why an address was not made, as a sentence that says what to do."""


@transaction.atomic
def issue(user: User, name: str, at: datetime) -> tuple[FeedToken, str]:
    """A new address for one feed reader: its row, and the token, which cannot be shown a second time.

    Raises:
        FeedTokenError: the person has as many as one may have.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if FeedToken.objects.filter(user=user, revoked_at__isnull=True).count() >= MOST_OPEN:
        raise FeedTokenError(
            _("You have %(most)d feed addresses, which is as many as one may have. Revoke one first.")
            % {"most": MOST_OPEN}
        )
    token = secrets.token_urlsafe(32)
    return FeedToken.objects.create(user=user, name=name, sha256=_hash(token), created_at=at), token


def find(token: str) -> FeedToken | None:
    """The row of a token, revoked or not, with its person."""
    return FeedToken.objects.select_related("user").filter(sha256=_hash(token)).first()


def note_use(row: FeedToken, at: datetime) -> None:
    """Write down that somebody asked, at most once an hour."""
    if row.last_used_at is None or row.last_used_at <= at - NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - NOTED_EVERY)
        FeedToken.objects.filter(stale, pk=row.pk, revoked_at__isnull=True).update(last_used_at=at)


def revoke(user: User, pk: int, at: datetime) -> bool:
    """End an address of this person; false when it was over already, or is not theirs."""
    return bool(FeedToken.objects.filter(pk=pk, user=user, revoked_at__isnull=True).update(revoked_at=at))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
