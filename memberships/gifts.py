"""Rights to read that staff give, with a reason and an end, and take back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from memberships import audit, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Product, User


@transaction.atomic
def give(user: User, product: Product, until: datetime, reason: str, actor: User, at: datetime) -> Entitlement:
    """Let somebody read a product without paying, from now until ``until``, which is later."""
    origin = Origin(Entitlement.Source.COMP, f"comp:{uuid4()}")
    row = entitlements.grant(user, product, origin, starts_at=at, until=until, at=at, reason=reason)
    _record("right given", user, actor, at, product=product.slug, until=until.isoformat(), reason=reason)
    return row


@transaction.atomic
def give_several(
    users: Iterable[User], product: Product, until: datetime, reason: str, actor: User, at: datetime
) -> int:
    """The same to each of them, or to nobody; answers to how many."""
    return len([give(user, product, until, reason, actor, at) for user in users])


@transaction.atomic
def take_back(row: Entitlement, reason: str, actor: User, at: datetime) -> bool:
    """End a right that staff gave; false when it was over already."""
    ended = entitlements.revoke(Origin(Entitlement.Source.COMP, row.source_ref), at=at, reason=reason)
    if ended and row.user is not None:
        _record("right taken back", row.user, actor, at, product=row.product.slug, reason=reason)
    return ended > 0


def _record(verb: str, user: User, actor: User, at: datetime, **details: str) -> None:
    audit.record(
        verb,
        actor=actor,
        subject_kind="user",
        subject_id=user.public_id,
        subject_label=user.email,
        at=at,
        **details,
    )
