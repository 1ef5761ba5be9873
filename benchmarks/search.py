"""How search, and the lists beside it, bear an archive that grows from ten thousand to half a million articles.

Three databases in one cluster, each with a process of its own that asks pages through the whole of Django, nothing
cached. The processes are asked in turn, round by round, so that a slow spell of the machine hits all of them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.archive import file_under, fill
from benchmarks.importing import ROOT, manage
from newsroom.embedded import valkey
from newsroom.embedded.addresses import DATABASE_NAME, addresses
from newsroom.embedded.postgres import Postgres

SIZES = (10_000, 200_000, 500_000)
WARM_UP, ROUNDS, PAGES_A_ROUND = 2, 5, 4
_HEAD = """## As the archive grows

One page at a time through the whole of Django, nothing cached, in milliseconds: median of all pages and the 95th of a
hundred. Growth is that of the 95th from {least:,} to {most:,} articles, with the least and the greatest of {rounds}
rounds.

| page | {sizes} | growth | spread |
|---|{rules}---|---|
"""


def measure() -> str:
    """The table of every kind of page."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch, ExitStack() as stack:
        var = Path(scratch)
        for engine in (Postgres(var, throwaway=True), valkey.queue(var), valkey.cache(var)):
            stack.callback(engine.start().stop)
        manage(var, "migrate", "--no-input")
        sides = [stack.enter_context(_side(var, url)) for url in _databases(var)]
        rounds = [[_ask(side, number) for side in sides] for number in range(WARM_UP + ROUNDS)]
    return _table(rounds[WARM_UP:])


def _databases(var: Path) -> Iterator[str]:
    """The addresses of one database of each size, each a copy of the smaller one with more put in."""
    own, last = addresses(var).database_url, 0
    before = DATABASE_NAME
    for size in SIZES:
        name = f"archive_{size}"
        with psycopg.connect(_named(own, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {before} STRATEGY file_copy")
        with psycopg.connect(_named(own, name), autocommit=True) as connection:
            if not last:
                file_under(connection)
            fill(connection, last + 1, size, datetime.now(UTC))
            connection.execute("VACUUM ANALYZE")
        before, last = name, size
        yield _named(own, name)


def _named(url: str, name: str) -> str:
    return url.replace(f"/{DATABASE_NAME}?", f"/{name}?")


@contextmanager
def _side(var: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "MODE": "test", "NEWSROOM_VAR": str(var), "DATABASE_URL": url}
    side = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.asking"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield side
    finally:
        side.communicate()


def _ask(side: subprocess.Popen[str], number: int) -> dict[str, list[float]]:
    """Milliseconds of each page of one round, by kind."""
    if side.stdin is None or side.stdout is None:
        raise RuntimeError("A side without pipes cannot be asked.")
    took: dict[str, list[float]] = {}
    for page in range(PAGES_A_ROUND):
        side.stdin.write(f"{number * PAGES_A_ROUND + page}\n")
        side.stdin.flush()
        for kind, milliseconds in json.loads(side.stdout.readline()).items():
            took.setdefault(kind, []).append(milliseconds)
    return took


def _table(rounds: list[list[dict[str, list[float]]]]) -> str:
    sizes = " | ".join(f"{size:,}" for size in SIZES)
    head = _HEAD.format(least=SIZES[0], most=SIZES[-1], rounds=ROUNDS, sizes=sizes, rules="---|" * len(SIZES))
    searches = [kind for kind in rounds[0][0] if kind.startswith("search")]
    kinds = {"every search": searches, **{kind: [kind] for kind in rounds[0][0]}}
    return head + "\n".join(_row(name, members, rounds) for name, members in kinds.items()) + "\n"


def _row(name: str, kinds: list[str], rounds: list[list[dict[str, list[float]]]]) -> str:
    by_round = [[[each for kind in kinds for each in side[kind]] for side in sides] for sides in rounds]
    cells = [_cell([each for sides in by_round for each in sides[place]]) for place in range(len(SIZES))]
    growth = [p95(sides[-1]) / p95(sides[0]) for sides in by_round]
    spread = f"{min(growth):.2f}–{max(growth):.2f}"
    return f"| {name} | {' | '.join(cells)} | {statistics.median(growth):.2f}× | {spread} |"


def _cell(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} · {p95(times):.0f}"


def p95(times: list[float]) -> float:
    """The smallest time that 95 of a hundred do not exceed."""
    return sorted(times)[-(-len(times) * 95 // 100) - 1]


if __name__ == "__main__":
    print(measure())
