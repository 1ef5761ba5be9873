"""Rows that stand on every page and change seldom: asked for once, remembered for a short while in this process.

Whoever learns that they changed calls :func:`forget_all`; who does not learn of it asks again soon enough.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar

KEPT_FOR = timedelta(seconds=30)

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")
_everything: list[Remembered[Any, Any]] = []


class Remembered(Generic[Arguments, Value]):
    """What ``ask`` answered to the same arguments a little while ago, else what it answers now."""

    def __init__(self, ask: Callable[Arguments, Value]) -> None:
        self._ask = ask
        self._known: dict[Any, tuple[datetime, Value]] = {}
        self._forgettings = 0
        _everything.append(self)

    def at(self, at: datetime, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        """The value as it is known at the moment ``at``; a clock that was moved makes it ask."""
        key = (args, tuple(sorted(kwargs.items())))
        known = self._known.get(key)
        if known is not None and known[0] <= at < known[0] + KEPT_FOR:
            return known[1]
        before = self._forgettings
        value = self._ask(*args, **kwargs)
        if before == self._forgettings:  # else it may be what was to be forgotten
            self._known[key] = (at, value)
        return value

    def is_known(self, at: datetime, *args: Arguments.args, **kwargs: Arguments.kwargs) -> bool:
        """Whether :meth:`at` would answer at that moment without asking."""
        known = self._known.get((args, tuple(sorted(kwargs.items()))))
        return known is not None and known[0] <= at < known[0] + KEPT_FOR

    def forget(self) -> None:
        self._forgettings += 1
        self._known = {}


def forget_all() -> None:
    """Ask anew for everything that is remembered in this process."""
    for remembered in _everything:
        remembered.forget()
