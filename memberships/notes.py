"""Notes of staff about members: written once, changed by nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from memberships import audit
from memberships.models import MemberNote, User


@transaction.atomic
def write(user: User, text: str, author: User, at: datetime) -> MemberNote:
    """Add a note about somebody. The audit log says that there is one, not what it says: it is never forgotten."""
    note = MemberNote.objects.create(user=user, text=text, written_by=author, written_at=at)
    audit.record(
        "note written",
        actor=author,
        subject_kind="user",
        subject_id=user.public_id,
        subject_label=user.email,
        at=at,
        note=note.pk,
    )
    return note
