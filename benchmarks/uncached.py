"""What an article costs that is in no cache, beside an answer that needs neither a query nor a template."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure

ROUNDS = 7
_EMPTY = "/healthz"


def figure(copy: Path, environment: dict[str, str], path: str) -> Figure:
    """Of the article at ``path`` in a copy of the project whose demo runs; every round is a median."""
    command = [sys.executable, "-m", "benchmarks.making"]
    with subprocess.Popen(
        command, cwd=copy, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asker:
        for warmed in (path, _EMPTY):
            _asked(asker, warmed)
        pairs = [(_asked(asker, path), _asked(asker, _EMPTY)) for _round in range(ROUNDS)]
        asker.communicate()
    return Figure(
        "an article made anew, on one core",
        tuple(one for one, _other in pairs),
        limit_name="an empty answer of Django’s",
        limit=tuple(other for _one, other in pairs),
        remark="target up to 25 ms and 6 queries; a test counts the queries",
        unit=" ms",
    )


def _asked(asker: subprocess.Popen[str], path: str) -> float:
    if asker.stdin is None or asker.stdout is None:
        raise RuntimeError("A process without pipes cannot be asked.")
    asker.stdin.write(f"{path}\n")
    asker.stdin.flush()
    return statistics.median(json.loads(asker.stdout.readline()))
