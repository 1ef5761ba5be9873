"""The way of a file that was brought along, whatever its lines are: looked at, moved in, and forgotten.

Each step is a compare-and-swap, and one worker at a time goes on with a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from memberships.models import BroughtFile

# Whoever claims a file and dies leaves it free after so long.
_CLAIM = timedelta(minutes=5)
File = TypeVar("File", bound=BroughtFile)


class MovingRefused(Exception):
    """Why this cannot be done, as a sentence for staff."""


@dataclass(frozen=True)
class Course(Generic[File]):
    """The states of one kind of file, in the order in which it comes to them."""

    kind: type[File]
    looking: str
    looked: str
    moving: str
    moved: str

    @property
    def working(self) -> tuple[str, str]:
        """The states in which somebody goes on with it."""
        return self.looking, self.moving

    def files(self) -> QuerySet[File]:
        return self.kind._default_manager.all()

    def look_again(self, found: File, **also: object) -> None:
        """Back to the dry run, with what is changed ``also``. Raises MovingRefused while it is being worked on."""
        if not self._swap(found, (self.looked, self.moved), self.looking, also):
            raise MovingRefused(_busy())

    def start(self, found: File, **also: object) -> None:
        """Have those who are clear move in. Raises MovingRefused before the dry run is through."""
        if not self._swap(found, (self.looked,), self.moving, also):
            raise MovingRefused(_("Wait until the dry run is through, then move them in."))

    def _swap(self, found: File, states: Collection[str], state: str, also: dict[str, object]) -> int:
        return self.files().filter(pk=found.pk, state__in=states).update(state=state, **also)

    @transaction.atomic
    def forget(self, found: File) -> None:
        """Delete the file with the addresses in it. Raises MovingRefused while it is being worked on."""
        locked = self.files().select_for_update().get(pk=found.pk)
        if locked.state in self.working:
            raise MovingRefused(_busy())
        locked.rows.all().delete()
        locked.delete()

    def waiting(self) -> Sequence[int]:
        """The files there is something to do about, the oldest first."""
        return list(self.files().filter(state__in=self.working).order_by("id").values_list("pk", flat=True))

    def claim(self, pk: int, at: datetime) -> bool:
        """Whether the file is the caller's for a while."""
        free = self.files().filter(Q(claimed_until=None) | Q(claimed_until__lt=at), pk=pk)
        return bool(free.update(claimed_until=at + _CLAIM))

    def keep(self, pk: int, at: datetime) -> None:
        """It stays the caller's for another while."""
        self.files().filter(pk=pk).update(claimed_until=at + _CLAIM)

    def release(self, pk: int, **also: object) -> None:
        self.files().filter(pk=pk).update(claimed_until=None, **also)


@transaction.atomic
def strike_out(kind: type[BroughtFile], addresses: Collection[str]) -> None:
    """Take the addresses of an erased person out of what was said of lines of such files."""
    named = Q()
    for address in addresses:
        named |= Q(words__icontains=address)
    found = kind._default_manager.annotate(words=Cast("problems", TextField())).filter(named)
    pattern = re.compile("|".join(map(re.escape, sorted(addresses, key=len, reverse=True))), re.IGNORECASE)
    for each in found.select_for_update().order_by("pk"):
        each.problems = [[line, pattern.sub("…", sentence)] for line, sentence in each.problems]
        each.save(update_fields=["problems"])


def _busy() -> str:
    return _("It is being worked on. Wait until that is done.")
