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

Written by `make soak-billing`. Twelve people at a time live through sixty acts drawn by Hypothesis, so that a life is
five acts on average, the time that goes by and the webhooks that arrive among them. The acts are:

- to the till, with a card that is good, declined, fails later, asks for 3-D Secure once or each time, or whose refunds
  wait or come back; some close the window before they are back;
- cancel, resume, another plan now or with the next period, a press twice, a change taken back, a rest and its end;
- a new card, an end set in Stripe's dashboard, money given back here or there, a bank that disputes and decides;
- days and years that go by, while the workers do what is theirs to do by themselves, or are down;
- webhooks that arrive in order, shuffled, twice, late, in part or not at all, worked off singly or several together;
- and over any act of ours, now and then, foul weather at Stripe: questions refused, failed, or answered to nobody after
  they were acted on.

Gifts, codes and new prices are not among them; two that act at one instant are not either, since one act is through
before the next begins.

Afterwards everything is compared with Stripe once, and again only if Stripe's own state moved meanwhile. Everybody's
right to read must then be what the status table says of Stripe's own state, the sums those of Stripe's invoices; nobody
may have two trials, two running subscriptions or two charges for a period, and a lost dispute has ended its membership.
Each trial, payment and end must have been told exactly once. Nothing at all may have been told more often than Stripe's
events say that it happened, and what is due to be told ahead of time must have been told.

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
