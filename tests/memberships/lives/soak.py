"""``make soak-billing``: plays thousands of lives, and writes into ``docs/soak-billing.md`` what came of it.

``LIVES=`` says how many; 5,000 where it says nothing.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PAGE = ROOT / "docs" / "soak-billing.md"
_PAGE = """# Soak of the memberships

Written by `make soak-billing`. Twelve people at a time live through sixty acts drawn by Hypothesis (to the till with a
good card, a declined one or one that fails later; cancel, resume, a new card, an end set in Stripe's dashboard, money
given back here or there, a bank that disputes and decides, days and years that go by) against the local Stripe, while
webhooks arrive in order, shuffled, twice, late, in part or not at all, and the workers are down now and then. After one
comparison with Stripe everybody's right to read must be what the status table says of Stripe's own state, nobody may
have two trials, two running subscriptions or two charges for a period, a lost dispute has ended its membership, and
each trial, payment and end must have been told exactly once.

| lives | acts | result | took | on | machine |
|---|---|---|---|---|---|
| {lives:,} | {acts:,} | {result} | {minutes} min | {day} | {machine} |
"""


def main() -> int:
    lives = int(os.environ.get("LIVES", "5000"))
    command = [sys.executable, "-m", "pytest", "tests/memberships/lives", "-q", "-p", "no:cacheprovider"]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "LIVES": str(lives)})
    examples = -(-lives // 12)
    PAGE.write_text(
        _PAGE.format(
            lives=examples * 12,
            acts=examples * 60,
            result="all as they must be" if done.returncode == 0 else "**something was wrong**",
            minutes=round((time.monotonic() - began) / 60),
            day=datetime.now(UTC).date().isoformat(),
            machine=f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}",
        ),
        encoding="utf-8",
    )
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
