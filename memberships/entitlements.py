"""The only writer of :class:`~memberships.models.Entitlement`.

Sources say what should be so (:func:`settle`); this module adds or revokes rows until it is. Callers hold the lock
that orders writes for their source: the customer's row for subscriptions, the team's row for teams and seats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from memberships.models import Entitlement, Network, Product, Team, User

Holder = User | Team | Network


@dataclass(frozen=True)
class Origin:
    """Where a right comes from: one of ``Entitlement.Source`` and an id that is unique within it."""

    source: Entitlement.Source
    ref: str


def settle(
    holder: Holder, product: Product, origin: Origin, *, until: datetime | None, at: datetime, reason: str = ""
) -> None:
    """Make the right of ``origin`` run from now on until exactly ``until``.

    ``until`` at or before ``at`` ends it now. Calling it again with the same moment writes nothing. A longer right
    becomes a further row that starts where the last one ends; a shorter one revokes and, if anything is left, adds
    what is left. Nothing that was true in the past changes.
    """
    if until is not None and until <= at:
        revoke(origin, at=at, reason=reason)
        return
    rows = list(Entitlement.objects.filter(source=origin.source, source_ref=origin.ref, product=product).not_over(at))
    last = max(rows, key=lambda row: (row.ends_at is None, row.ends_at or row.starts_at), default=None)
    if last is None:
        _add(holder, product, origin, starts_at=at, until=until, at=at, reason=reason)
    elif last.ends_at == until:
        return
    elif last.ends_at is not None and (until is None or until > last.ends_at):
        _add(holder, product, origin, starts_at=last.ends_at, until=until, at=at, reason=reason)
    else:
        revoke(origin, at=at, reason=reason)
        _add(holder, product, origin, starts_at=at, until=until, at=at, reason=reason)


def grant(
    holder: Holder, product: Product, origin: Origin, *, starts_at: datetime, until: datetime | None, at: datetime, reason: str
) -> Entitlement:
    """Write one dated right that begins at a moment of its own, such as a gift or a team's contract."""
    return _add(holder, product, origin, starts_at=starts_at, until=until, at=at, reason=reason)


def revoke(origin: Origin, *, at: datetime, reason: str = "") -> int:
    """End every right of ``origin`` that is not over by the moment ``at``; answers how many were ended."""
    rows = Entitlement.objects.filter(source=origin.source, source_ref=origin.ref).not_over(at)
    return rows.update(revoked_at=at, reason=reason) if reason else rows.update(revoked_at=at)


def _add(
    holder: Holder, product: Product, origin: Origin, *, starts_at: datetime, until: datetime | None, at: datetime, reason: str
) -> Entitlement:
    row, _created = Entitlement.objects.get_or_create(
        source=origin.source,
        source_ref=origin.ref,
        product=product,
        starts_at=starts_at,
        defaults={**_holder_column(holder), "ends_at": until, "reason": reason, "created_at": at},
    )
    return row


def _holder_column(holder: Holder) -> dict[str, Holder]:
    if isinstance(holder, User):
        return {"user": holder}
    return {"team": holder} if isinstance(holder, Team) else {"network": holder}
