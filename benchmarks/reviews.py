"""Reviews for fifty thousand members, hardly two of them alike, by SMTP: from the due moment to the last copy.

Each member has ranked nine industries, keeps a history with three of the week's stories, and two of three got five
briefings in the week. The freeze is in it: to find each one's stories among sixty, and to write that down.
"""

from __future__ import annotations

import shutil
import time

from benchmarks import sending
from benchmarks.figures import Figure
from benchmarks.press import Worker

MEMBERS, ROUNDS = 50_000, 3


def measure() -> list[Figure]:
    """Seconds to freeze, and to the last hand-over."""
    sink = shutil.which("smtp-sink", path=sending.PATH)
    if sink is None:
        return [Figure("reviews by SMTP: not measured, Postfix's smtp-sink is not here", (0.0,))]
    with sending.sunk(sink) as port, sending.room(port) as workers:
        letter = workers[0].do("fill_members", MEMBERS)
        rounds = [_sent(workers, workers[0].do("compose_review", letter, number)) for number in range(1, ROUNDS + 1)]
        held = workers[1].do("memory")
    differ, size = rounds[-1][2:]
    return [
        Figure(
            f"reviews to {MEMBERS:,} members by SMTP, due to last hand-over", tuple(whole for _, whole, *_ in rounds),
            remark=f"target 60 s; {differ:,} different letters, {size / 1000:.0f} KB each; at most {held:.0f} MB held",
        ),
        Figure("of it to freeze: to find each member's stories", tuple(frozen for frozen, *_ in rounds)),
    ]  # fmt: skip


def _sent(workers: list[Worker], edition: int) -> tuple[float, float, int, int]:
    """Seconds to freeze and until all are sent, how many letters differ, and how long one is. The process that freezes
    is not the one that made the members and held them all."""
    start = time.perf_counter()
    workers[1].do("freeze", edition)
    frozen = time.perf_counter() - start
    sending.handed_over(workers, edition)
    whole = time.perf_counter() - start
    states = workers[0].do("states", edition)
    if states != {"accepted": MEMBERS}:
        raise RuntimeError(f"not everybody got their review: {states}")
    return frozen, whole, workers[0].do("variants", edition), workers[0].do("size", edition)
