"""Goes on with acts of money that were left half-way, or whose time has come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from memberships.stripe import coupons, keeping, money_back, pausing, switching, voucher_money, withdrawing

log = logging.getLogger(__name__)

Step = Callable[[datetime], object]

# What gives money back comes first.
STEPS: tuple[Step, ...] = (
    money_back.go_on,
    voucher_money.go_on,
    withdrawing.go_on,
    switching.go_on,
    pausing.go_on,
    keeping.go_on,
    coupons.see_to,
)


def go_on(at: datetime, steps: tuple[Step, ...] = STEPS) -> int:
    """Take every step once; answers how many went through. One that fails never keeps the others from being taken."""
    return sum(_taken(step, at) for step in steps)


def _taken(step: Step, at: datetime) -> bool:
    try:
        step(at)
    except Exception:
        log.exception("%s could not go on.", step.__module__)
        return False
    return True
