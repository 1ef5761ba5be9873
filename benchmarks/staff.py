"""The desk's pages about newsletters with a million subscribers and twenty million copies, asked one after the other.

``python -m benchmarks.staff`` runs it by itself; a number after it is how many subscribers there are instead.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import press
from benchmarks.figures import Figure

READERS, EDITIONS, ROUNDS = 1_000_000, 20, 5
_TARGET = "target up to 300 ms"


def measure(readers: int = READERS) -> list[Figure]:
    """The pages in the median, and the slowest of them."""
    with tempfile.TemporaryDirectory(prefix="staff-") as var, press.opened(Path(var), 1) as (worker,):
        letter = worker.do("fill", readers)
        for number in range(EDITIONS):
            worker.do("print_copies", letter, number)
        worker.do("settle", readers)
        rounds: list[dict[str, float]] = [worker.do("look") for _round in range(ROUNDS + 1)][1:]
    pages = {path: [told[path] for told in rounds] for path in rounds[0]}
    slowest = max(pages, key=lambda path: statistics.median(pages[path]))
    medians = tuple(statistics.median(told.values()) for told in rounds)
    held = f"{readers:,} subscribers, {readers * EDITIONS:,} copies in monthly partitions"
    return [
        Figure(
            f"a staff page about newsletters, median of {len(pages)}", medians, remark=f"{_TARGET}; {held}", unit=" ms"
        ),
        Figure("the slowest of them", tuple(pages[slowest]), remark=f"{_TARGET}; `{slowest}`", unit=" ms"),
    ]


if __name__ == "__main__":
    for figure in measure(*map(int, sys.argv[1:2])):
        print(figure.row())
