"""The access decision: who may read past the opening, and why or why not.

Pure: facts in, verdict out. No request, no query, no clock. ``docs/access.md`` is the truth table; the tests run that
same table. This module knows nothing of articles: anything with an ``access`` level and a product can be decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a verdict is what it is. The first eight open, the last three close."""

    PUBLIC = "public"
    REGISTERED = "registered"
    ENTITLED = "entitled"
    METERED = "metered"
    GIFTED = "gifted"
    PASSED = "passed"
    CRAWLER = "crawler"
    STAFF = "staff"
    NEEDS_LOGIN = "needs_login"
    NEEDS_SUBSCRIPTION = "needs_subscription"
    METER_SPENT = "meter_spent"


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
class Meter:
    """What is used of one allowance of metered items, as a fact.

    ``seen`` holds the keys of items counted before, which open again for nothing; ``spent`` is how many count.
    """

    allowance: int
    spent: int = 0
    seen: frozenset[str] = frozenset()

    @property
    def left(self) -> int:
        return max(self.allowance - self.spent, 0)

    def left_after(self, key: str) -> int | None:
        """How many more could be read once the item is; ``None`` where this one cannot be."""
        if key in self.seen:
            return self.left
        return self.left - 1 if self.left else None


@dataclass(frozen=True)
class Reader:
    """Everything the decision may know about who is reading.

    ``gifts`` and ``passes`` are the keys of items that a link in hand opens, ``crawls`` the levels open to a search
    engine that proved who it is. Without a ``meter`` nothing is counted here.
    """

    is_signed_in: bool = False
    is_staff: bool = False
    grants: Sequence[Grant] = ()
    gifts: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()
    crawls: frozenset[str] = frozenset()
    meter: Meter | None = None

    def grant_for(self, product: str | None, at: datetime) -> Grant | None:
        """The grant that opens ``product`` at the moment, the longest-lasting one where there are several."""
        return self._longest(at, (grant for grant in self.grants if grant.product == product))

    def any_grant(self, at: datetime) -> Grant | None:
        """Whatever is held at the moment, the longest-lasting where it is several things."""
        return self._longest(at, self.grants)

    def holds(self, product: str, at: datetime) -> bool:
        return self.grant_for(product, at) is not None

    @staticmethod
    def _longest(at: datetime, grants: Iterable[Grant]) -> Grant | None:
        held = [grant for grant in grants if grant.covers(at)]
        return max(held, key=lambda grant: (grant.ends_at is None, grant.ends_at or grant.starts_at), default=None)


ANONYMOUS = Reader()


@dataclass(frozen=True)
class Item:
    """What is to be read: its access level (``free``, ``registered``, ``metered``, ``product``), the product that opens
    it, the key under which a meter knows it, and the section it stands in, which only a reading rule asks for."""

    access: str
    product: str | None = None
    key: str = ""
    section: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer. ``opens_with`` names the product that would open a closed item, ``source`` what opened this one.

    ``left`` is how many metered items may still be read after this one, of an ``allowance``; ``None`` where no meter
    had a say.
    """

    is_granted: bool
    reason: Reason
    source: str = ""
    opens_with: str | None = None
    until: datetime | None = None
    left: int | None = None
    allowance: int | None = None


def decide(reader: Reader, item: Item, at: datetime) -> Verdict:
    """Whether ``reader`` may read all of ``item`` at the moment ``at``.

    An access level this function does not know stays closed: a mistake in configuration must not give text away.
    """
    if item.access == "free":
        return Verdict(True, Reason.PUBLIC)
    if item.access not in {"registered", "metered", "product"} and not reader.is_staff:
        return Verdict(False, Reason.NEEDS_SUBSCRIPTION, opens_with=item.product)
    return _by_right(reader, item, at) or _by_link(reader, item) or _closed_or_counted(reader, item)


def _by_right(reader: Reader, item: Item, at: datetime) -> Verdict | None:
    """What somebody reads for who they are or what they hold. Whoever pays for anything here is not counted."""
    if reader.is_staff:
        return Verdict(True, Reason.STAFF)
    if item.access == "registered":
        return Verdict(True, Reason.REGISTERED) if reader.is_signed_in else None
    grant = reader.any_grant(at) if item.access == "metered" else reader.grant_for(item.product, at)
    return Verdict(True, Reason.ENTITLED, source=grant.source, until=grant.ends_at) if grant else None


def _by_link(reader: Reader, item: Item) -> Verdict | None:
    """What a gift, a newsletter's link or a search engine's errand opens. A pass opens nothing that is sold."""
    if item.key in reader.gifts:
        return Verdict(True, Reason.GIFTED)
    if item.key in reader.passes and item.access != "product":
        return Verdict(True, Reason.PASSED)
    return Verdict(True, Reason.CRAWLER) if item.access in reader.crawls else None


def _closed_or_counted(reader: Reader, item: Item) -> Verdict:
    if item.access == "registered":
        return Verdict(False, Reason.NEEDS_LOGIN)
    if item.access == "product":
        return Verdict(False, Reason.NEEDS_SUBSCRIPTION, opens_with=item.product)
    if reader.meter is None:
        return Verdict(False, Reason.METER_SPENT, opens_with=item.product)
    allowance, left = reader.meter.allowance, reader.meter.left_after(item.key)
    if left is None:
        return Verdict(False, Reason.METER_SPENT, opens_with=item.product, left=0, allowance=allowance)
    return Verdict(True, Reason.METERED, left=left, allowance=allowance)
