"""``make soak-sending``: kills hundreds of senders, and writes into ``docs/soak-sending.md`` what came of it.

``KILLS=`` says how many; 500 where it says nothing.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from benchmarks.startup import ROOT

PAGE = ROOT / "docs" / "soak-sending.md"
_TEST = "tests/newsletters/kills/test_killed_senders.py::test_whatever_comes_together_doubles_and_skips_nobody"
_PAGE = """# Soak of the sender

Written by `make soak-sending`. An edition to three readers is sent by up to three senders, each a process of its own.
One after the other they die by SIGKILL at a point drawn at random, or lose PostgreSQL there as when it is restarted,
while the next server takes commands in groups or one by one, refuses, puts off, closes the line or goes silent. Half of
the editions go by a provider's API instead, which answers that these were too many calls, with an error or with
nonsense, takes all and says nothing, or takes some.
The points lie before and after each statement, each commit, each word to the next server and each reply of it, and in
the middle of a letter.

Afterwards the next senders bring the edition to its end, and each copy is reckoned up against what the server took.
Nobody may have got two copies. Nobody may have got none while the ledger says *accepted*, nor one while it says that
there was none; whoever is in doubt stands there by name as *uncertain*. The sums of the edition must be its audience,
and no claim may be left.

| senders killed | editions | by a provider | copies | got two | skipped | in doubt, by name | took | on | machine |
|---|---|---|---|---|---|---|---|---|---|
| {kills:,} | {editions:,} | {calls} | {copies:,} | {wrong} | {wrong} | {doubts:,} | {minutes} min | {day} | {machine} |
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "told.json"
        variables = {**os.environ, "KILLS": os.environ.get("KILLS", "500"), "SEED": token_hex(4), "TOLD": str(told)}
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", _TEST, "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(command, cwd=ROOT, env=variables)
        if done.returncode != 0:
            return done.returncode
        page = _PAGE.format(
            **json.loads(told.read_text(encoding="utf-8")),
            wrong=0,
            minutes=round((time.monotonic() - began) / 60),
            day=datetime.now(UTC).date().isoformat(),
            machine=f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}",
        )
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
