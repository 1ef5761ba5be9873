"""How much of what was paid for a period is not used up yet. Pure: integers in minor units, moments to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)


def unused(paid: int, starts_at: datetime, ends_at: datetime, at: datetime) -> int:
    """The share of ``paid`` for what is left of the period at ``at``; half a unit is rounded in the reader's favour.

    All of it before the period begins, nothing from its end on. What is used up is the rest of ``paid``, so the two
    sum to it exactly.
    """
    whole = (ends_at - starts_at) // _SECOND
    left = min(max((ends_at - at) // _SECOND, 0), whole)
    return 0 if whole <= 0 else (2 * paid * left + whole) // (2 * whole)
