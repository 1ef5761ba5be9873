"""Which copy of a page a reader gets. Pure: facts in, a name out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from articles.surrogates import FREE
from memberships.access import Grant, Item, Reader, Verdict, decide

# Tiers carry no dates: what they hold, they hold for as long as the tier is believed.
_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)
_CODE = re.compile(r"[012]\.[a-zA-Z0-9_~-]*\.[a-zA-Z0-9_~-]*")


class Tier(NamedTuple):
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

    item: Item = FREE
    personal: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        # It is looked up by several times for each request.
        object.__setattr__(self, "_hash", hash((self.item, self.personal, self.reads)))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    @classmethod
    def described(cls, said: Mapping[str, str]) -> Page:
        item = Item(said.get("access", ""), said.get("product") or None, said.get("item", ""), said.get("section", ""))
        return cls(item, *(frozenset(said.get(name, "").split()) for name in ("personal", "reads")))

    @classmethod
    def coded(cls, code: list[Any]) -> Page:
        """What :attr:`code` wrote. Raises ValueError or TypeError for anything else."""
        access, product, key, section, personal, reads = code
        item = Item(str(access), str(product) or None, str(key), str(section))
        return cls(item, frozenset(personal), frozenset(reads))

    @property
    def code(self) -> list[Any]:
        """The page for the shared cache, in JSON's types."""
        item = self.item
        return [item.access, item.product or "", item.key, item.section, sorted(self.personal), sorted(self.reads)]

    @property
    def is_closed(self) -> bool:
        return self.item.access != "free"

    @property
    def is_the_same_for_all(self) -> bool:
        return not self.is_closed and not self.personal


def reader_in(tier: Tier) -> Reader:
    """The reader as far as the tier tells."""
    grants = tuple(Grant(product, "", _WHENEVER) for product in tier.products)
    return Reader(is_signed_in=tier.is_signed_in, grants=grants)


@lru_cache(maxsize=1024)
def verdict_for(page: Page, tier: Tier) -> Verdict:
    """How the page stands to a reader of whom nothing is known but the tier."""
    return decide(reader_in(tier), page.item, _WHENEVER)


@lru_cache(maxsize=1024)
def name_of(page: Page, tier: Tier, part: str) -> str:
    """The name of the copy that readers in the tier share who are shown this part."""
    return f"{part} {tier.code}" if part.partition(".")[0] in page.personal else part
