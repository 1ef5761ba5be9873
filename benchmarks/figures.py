"""Figures: several rounds of two sides in turn, their medians and spread, and the ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing, in seconds unless ``unit`` says otherwise; ``limit`` is the bare work beside it, if any."""

    name: str
    rounds: tuple[float, ...]
    limit_name: str = ""
    limit: tuple[float, ...] = ()
    remark: str = ""
    unit: str = " s"

    def row(self) -> str:
        """The figure as a row of a table: median, spread, the limit's median, the ratio."""
        spread = f"{self._told(min(self.rounds))}–{self._told(max(self.rounds))}"
        beside = f"{self._told(statistics.median(self.limit))}{self.unit} ({self.limit_name})" if self.limit else "–"
        return (
            f"| {self.name} | {self._told(statistics.median(self.rounds))}{self.unit} | {spread} | {len(self.rounds)} "
            f"| {beside} | {self._ratio()} | {self.remark} |"
        )

    def _told(self, value: float) -> str:
        decimals = {" s": 2, " ms": 1}.get(self.unit, 0)
        return f"{value:.{decimals}f}"

    def _ratio(self) -> str:
        if not self.limit:
            return "–"
        pairs = [one / other for one, other in zip(self.rounds, self.limit, strict=True)]
        return f"{statistics.median(pairs):.1f}×" if self.unit in {" s", " ms"} else f"{statistics.median(pairs):.0%}"


def timed(work: Callable[[], object]) -> float:
    """How many seconds ``work`` takes on the wall's clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(rounds: int, work: Callable[[], object], limit: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Both, one after the other, ``rounds`` times, so that a slow spell of the machine hits both."""
    pairs = [(timed(work), timed(limit)) for _round in range(rounds)]
    return [one for one, _other in pairs], [other for _one, other in pairs]
