"""The one writer of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from memberships.models import AuditEntry

if TYPE_CHECKING:
    from memberships.models import User


def record(
    verb: str,
    *,
    actor: User | None,
    subject_kind: str,
    subject_id: object,
    at: datetime,
    subject_label: str = "",
    **details: Any,
) -> AuditEntry:
    """Write down that ``actor`` (``None`` is the system itself) did ``verb`` to the subject.

    ``details`` must be JSON values and must not carry secrets: the row can never be taken back.
    """
    return AuditEntry.objects.create(
        at=at,
        actor=actor,
        actor_label=actor.email if actor else "system",
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        subject_label=subject_label[:255],
        details=details,
    )
