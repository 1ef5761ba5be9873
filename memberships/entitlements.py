"""The only writer of :class:`~memberships.models.Entitlement`.

Sources say what should be so (:func:`settle`); this module adds or revokes rows until it is. Callers hold the lock
that orders writes for their source: the customer's row for subscriptions, the team's row for teams and seats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from memberships import signals
from memberships.models import Entitlement, Network, Product, Team, User

Holder = User | Team | Network


@dataclass(frozen=True)
class Origin:
    """Where a right comes from: one of ``Entitlement.Source`` and an id that is unique within it."""

    source: Entitlement.Source
    ref: str


def settle(
    holder: Holder,
    product: Product,
    origin: Origin,
    *,
    until: datetime | None,
    at: datetime,
    since: datetime | None = None,
    reason: str = "",
) -> None:
    """Make the right of ``origin`` run from now on, or from ``since`` if that is later, until exactly ``until``.

    ``until`` at or before its beginning ends it now; ``None`` has no end. Calling it again with the same moments writes
    nothing. A longer right becomes a further row beside the one that runs; a shorter or a later one revokes and adds
    what is left. Nothing that was true in the past changes.
    """
    begins = max(since or at, at)
    if until is not None and until <= begins:
        revoke(origin, at=at, reason=reason)
        return
    rows = list(Entitlement.objects.filter(source=origin.source, source_ref=origin.ref, product=product).not_over(at))
    if any(_outlasts(row.ends_at, until) or (at < begins and row.starts_at < begins) for row in rows):
        revoke(origin, at=at, reason=reason)
        rows = []
    if not any(row.starts_at <= begins and row.ends_at == until for row in rows):
        _add(holder, product, origin, since=begins, until=until, at=at, reason=reason)


def grant(
    holder: Holder,
    product: Product,
    origin: Origin,
    *,
    starts_at: datetime,
    until: datetime | None,
    at: datetime,
    reason: str,
) -> Entitlement:
    """Write one dated right, such as a gift. It begins at ``starts_at``, but never before ``at``."""
    return _add(holder, product, origin, since=max(starts_at, at), until=until, at=at, reason=reason)


def revoke(origin: Origin, *, at: datetime, reason: str = "", but: Product | None = None) -> int:
    """End every right of ``origin`` that is not over by the moment ``at``, except those to the product ``but``.

    Answers how many were ended.
    """
    rows = Entitlement.objects.filter(source=origin.source, source_ref=origin.ref).exclude(product=but).not_over(at)
    holders = list(rows.values_list("user", flat=True))
    if not holders:
        return 0
    _announce(holders, at)
    return rows.update(revoked_at=at, reason=reason) if reason else rows.update(revoked_at=at)


def forget(user: User, at: datetime) -> None:
    """End what an erased person still holds, and keep no words of why they had it."""
    rows = Entitlement.objects.filter(user=user)
    if rows.not_over(at).update(revoked_at=at):
        _announce([user.pk], at)
    rows.update(reason="")


def hand_over(kept: User, gone: User, at: datetime) -> None:
    """What one account held, also in the past, is the other's: they are one person."""
    if Entitlement.objects.filter(user=gone).update(user=kept):
        _announce([kept.pk, gone.pk], at)


def _outlasts(one: datetime | None, other: datetime | None) -> bool:
    """Whether the end ``one`` is later than ``other``, where ``None`` is no end."""
    return other is not None and (one is None or one > other)


def _add(
    holder: Holder,
    product: Product,
    origin: Origin,
    *,
    since: datetime,
    until: datetime | None,
    at: datetime,
    reason: str,
) -> Entitlement:
    """Write the row. One that was revoked before it opened anything is taken up again: it has no past to preserve."""
    values = {**_holder_column(holder), "ends_at": until, "revoked_at": None, "reason": reason, "created_at": at}
    row, _created = Entitlement.objects.update_or_create(
        source=origin.source, source_ref=origin.ref, product=product, starts_at=since, defaults=values
    )
    _announce([row.user_id], at)
    return row


def _announce(holders: Iterable[int | None], at: datetime) -> None:
    """``holders`` are people's primary keys, ``None`` for a team or a network."""
    found = frozenset(holders)
    users = None if None in found else found
    transaction.on_commit(partial(signals.rights_changed.send_robust, sender=__name__, users=users, at=at))


def _holder_column(holder: Holder) -> dict[str, Holder]:
    if isinstance(holder, User):
        return {"user": holder}
    return {"team": holder} if isinstance(holder, Team) else {"network": holder}
