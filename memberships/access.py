"""The access decision: who may read past the opening, and why or why not.

Pure: facts in, verdict out. No request, no query, no clock. ``docs/access.md`` is the truth table; the tests run that
same table. This module knows nothing of articles: anything with an ``access`` level and a product can be decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a verdict is what it is. The first four open, the last two close."""

    PUBLIC = "public"
    REGISTERED = "registered"
    ENTITLED = "entitled"
    STAFF = "staff"
    NEEDS_LOGIN = "needs_login"
    NEEDS_SUBSCRIPTION = "needs_subscription"


@dataclass(frozen=True)
class Grant:
    """One dated right to one product, as a fact: from when, until when (``None``: open), by which source."""

    product: str
    source: str
    starts_at: datetime
    ends_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True)
class Reader:
    """Everything the decision may know about who is reading."""

    is_signed_in: bool = False
    is_staff: bool = False
    grants: Sequence[Grant] = ()

    def grant_for(self, product: str | None, at: datetime) -> Grant | None:
        """The grant that opens ``product`` at the moment, the longest-lasting one where there are several."""
        held = [grant for grant in self.grants if grant.product == product and grant.covers(at)]
        return max(held, key=lambda grant: (grant.ends_at is None, grant.ends_at or grant.starts_at), default=None)

    def holds(self, product: str, at: datetime) -> bool:
        return self.grant_for(product, at) is not None


ANONYMOUS = Reader()


@dataclass(frozen=True)
class Item:
    """What is to be read: its access level (``free``, ``registered``, ``product``) and the product that opens it."""

    access: str
    product: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer. ``opens_with`` names the product that would open a closed item, ``source`` what opened this one."""

    is_granted: bool
    reason: Reason
    source: str = ""
    opens_with: str | None = None
    until: datetime | None = None


def decide(reader: Reader, item: Item, at: datetime) -> Verdict:
    """Whether ``reader`` may read all of ``item`` at the moment ``at``.

    An access level this function does not know stays closed: a mistake in configuration must not give text away.
    """
    if item.access == "free":
        return Verdict(True, Reason.PUBLIC)
    if reader.is_staff:
        return Verdict(True, Reason.STAFF)
    if item.access == "registered" and reader.is_signed_in:
        return Verdict(True, Reason.REGISTERED)
    if item.access == "product" and (grant := reader.grant_for(item.product, at)):
        return Verdict(True, Reason.ENTITLED, source=grant.source, until=grant.ends_at)
    if item.access == "registered":
        return Verdict(False, Reason.NEEDS_LOGIN)
    return Verdict(False, Reason.NEEDS_SUBSCRIPTION, opens_with=item.product)
