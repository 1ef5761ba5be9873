"""What is held about a person, kind of row by kind of row, and what becomes of it: one list in each app.

Copies for their owners, erasures and mergers walk these lists, so a new table that names people is decided about once;
``tests/contracts/test_holdings.py`` fails for one that nobody decided about. An app declares its list when it begins to
listen. What a list says is done inside the transaction of the act, the highest app first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from memberships.models import User


class Fate(Enum):
    """What becomes of a person's rows. Those that stay are still theirs, whoever that is by then: a row without a name
    after an erasure, a closed account after a merger."""

    GOES = "goes"
    STAYS = "stays"
    MOVES = "moves"


# What is done instead: about the account and the moment, or about the account that stays, the one that goes, and then.
Erase = Callable[["User", datetime], None]
Merge = Callable[["User", "User", datetime], None]


@dataclass(frozen=True)
class Holding:
    """One kind of row about a person.

    ``owner`` is the way from the row to the account. ``shown`` are the fields that a copy for its owner tells, under
    ``title``; empty where the row says nothing about them. ``once_by`` are the fields by which an account has a row
    only once: of two accounts the one that stays keeps its own. ``is_by_public_id`` says that the row names the
    account by its public id, so that it outlives it and stays with it.
    """

    model: type[Model]
    owner: str
    erased: Fate | Erase
    merged: Fate | Merge
    title: str | Promise = ""
    shown: tuple[str, ...] = ()
    once_by: tuple[str, ...] = ()
    is_by_public_id: bool = False

    def rows(self, user: User) -> QuerySet[Any]:
        if self.is_by_public_id:
            ids = [user.public_id, *user.merged_from.values_list("public_id", flat=True)]
            return self.model._default_manager.filter(**{f"{self.owner}__in": ids})
        return self.model._default_manager.filter(**{self.owner: user})

    def erase(self, user: User, at: datetime) -> None:
        if callable(self.erased):
            self.erased(user, at)
        elif self.erased is Fate.GOES:
            self.rows(user).delete()

    def merge(self, kept: User, gone: User, at: datetime) -> None:
        if callable(self.merged):
            self.merged(kept, gone, at)
        elif self.merged is Fate.GOES:
            self.rows(gone).delete()
        elif self.merged is Fate.MOVES:
            self._move(kept, gone)

    def _move(self, kept: User, gone: User) -> None:
        if self.once_by:
            known = set(self.rows(kept).values_list(*self.once_by))
            both = [pk for pk, *by in self.rows(gone).values_list("pk", *self.once_by) if tuple(by) in known]
            self.rows(gone).filter(pk__in=both).delete()
        self.rows(gone).update(**{self.owner: kept})


def staff_act(model: type[Model], field: str) -> Holding:
    """That somebody of the house did something: a fact about the thing, not about them. It stays as it is."""
    return Holding(model, field, Fate.STAYS, Fate.STAYS)


_DECLARED: dict[str, Sequence[Holding]] = {}


def declare(app: str, holdings: Sequence[Holding]) -> None:
    """Say what the app holds about people. Apps declare from the lowest to the highest."""
    _DECLARED[app] = holdings


def every() -> Iterator[Holding]:
    """All that is held, the highest app first: what it does may still ask what the lower ones hold."""
    for app in reversed(list(_DECLARED)):
        yield from _DECLARED[app]
