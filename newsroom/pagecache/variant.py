"""Which copy of a page a reader gets. Pure: facts in, a name out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from memberships.access import Grant, Item, Reader, decide

# Tiers carry no dates: what they hold, they hold for as long as the tier is believed.
_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)
_CODE = re.compile(r"[012]\.[a-zA-Z0-9_~-]*\.[a-zA-Z0-9_~-]*")


@dataclass(frozen=True)
class Tier:
    """Where a reader stands: everything about them that a kept page may depend on.

    ``products`` is what they hold, ``trials`` what they may still try for free; both sorted.
    """

    is_signed_in: bool = False
    products: tuple[str, ...] = ()
    trials: tuple[str, ...] = ()
    is_staff: bool = False

    @property
    def code(self) -> str:
        """The tier in characters that may stand in a cookie: 0 for a stranger, 1 signed in, 2 who works here."""
        return f"{int(self.is_signed_in) + int(self.is_staff)}.{'~'.join(self.products)}.{'~'.join(self.trials)}"

    def within(self, products: tuple[str, ...]) -> Tier:
        """The same reader in a network that holds ``products``."""
        held = tuple(sorted({*self.products, *products}))
        return self if held == self.products else Tier(self.is_signed_in, held, self.trials, self.is_staff)


STRANGER = Tier()


def tier_coded(code: str) -> Tier | None:
    """The tier that wrote this code; ``None`` for anything else."""
    if not _CODE.fullmatch(code):
        return None
    standing, products, trials = code.split(".")
    return Tier(standing != "0", _slugs(products), _slugs(trials), is_staff=standing == "2")


def _slugs(text: str) -> tuple[str, ...]:
    return tuple(text.split("~")) if text else ()


@dataclass(frozen=True)
class Page:
    """What stands at an address, as :func:`articles.surrogates.keep` described it."""

    access: str = "free"
    product: str = ""
    personal: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()

    @classmethod
    def described(cls, said: Mapping[str, str]) -> Page:
        personal, own, reads = (frozenset(said.get(name, "").split()) for name in ("personal", "own", "reads"))
        return cls(said.get("access", ""), said.get("product", ""), personal, own, reads)

    @classmethod
    def coded(cls, code: list[Any]) -> Page:
        """What :attr:`code` wrote. Raises ValueError or TypeError for anything else."""
        access, product, personal, own, reads = code
        return cls(str(access), str(product), frozenset(personal), frozenset(own), frozenset(reads))

    @property
    def code(self) -> list[Any]:
        """The page for the shared cache, in JSON's types."""
        return [self.access, self.product, sorted(self.personal), sorted(self.own), sorted(self.reads)]

    @property
    def is_the_same_for_all(self) -> bool:
        return self.access == "free" and not self.personal


@lru_cache(maxsize=1024)
def copy_for(page: Page, tier: Tier) -> str | None:
    """The name of the copy; ``None`` where Django has to answer: to staff, where a reading would be counted, and where
    the page names who reads it."""
    if tier.is_staff:
        return None
    grants = tuple(Grant(product, "", _WHENEVER) for product in tier.products)
    reader = Reader(is_signed_in=tier.is_signed_in, grants=grants)
    is_open = decide(reader, Item(page.access, page.product or None), _WHENEVER).is_granted
    if page.access == "metered" and not is_open:
        return None
    kind = "full" if is_open else "opening"
    if tier.is_signed_in and kind in page.own:
        return None
    return f"{kind} {tier.code}" if kind in page.personal else kind
