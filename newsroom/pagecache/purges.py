"""What was purged lately, so that nothing made before a purge is given after it.

A purge has a number in this process, counted up, and a mark in the log all processes share: the id of its entry there.
A page is made *after* everything its process had heard of when the rendering began, and *before* everything else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

Mark = tuple[int, int]

# The key every page has.
EVERYTHING = "*"
NEVER: Mark = (0, 0)
# The mark of a purge whose entry in the log is not known yet: later than all others.
PENDING: Mark = (2**63, 0)
_MOST_REMEMBERED = 10_000


class Moment(NamedTuple):
    """How far purges had come: the number of the last one here, and the mark of the last one read from the log."""

    number: int
    mark: Mark


class Purges:
    """The purges of this process, by key. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = Moment(0, NEVER)
        self._last: OrderedDict[str, Moment] = OrderedDict()
        # Of everything, or of keys that are not remembered one by one any more.
        self._floor = Moment(0, NEVER)

    def now(self) -> Moment:
        return self._now

    def note(self, keys: Iterable[str], mark: Mark) -> None:
        """Remember a purge; the same one may be noted again when its mark is known."""
        with self._lock:
            purged = Moment(self._now.number + 1, mark)
            self._now = Moment(purged.number, self._now.mark)
            for key in keys:
                if key == EVERYTHING:
                    self._floor = purged
                    self._last.clear()
                else:
                    self._last[key] = purged
                    self._last.move_to_end(key)
            while len(self._last) > _MOST_REMEMBERED:
                _key, forgotten = self._last.popitem(last=False)
                self._floor = Moment(max(self._floor.number, forgotten.number), max(self._floor.mark, forgotten.mark))

    def heard(self, mark: Mark) -> None:
        """The log was read up to here."""
        with self._lock:
            self._now = Moment(self._now.number, mark)

    def begin_at(self, mark: Mark) -> None:
        """What was made before ``mark`` is not to be trusted: the log does not reach further back."""
        with self._lock:
            self._floor = Moment(self._floor.number, mark)

    def came_after(self, keys: Iterable[str], moment: Moment) -> bool:
        """Whether this process has heard of a purge that takes away what was begun here at the moment."""
        if self._floor.number > moment.number:
            return True
        return any(key in self._last and self._last[key].number > moment.number for key in keys)

    def came_after_mark(self, keys: Iterable[str], mark: Mark) -> bool:
        """The same for what some process made when it had read the log up to ``mark``."""
        if self._floor.mark > mark:
            return True
        return any(key in self._last and self._last[key].mark > mark for key in keys)
