from __future__ import annotations

from datetime import datetime

from memberships import clock
from memberships.stripe import going_on


def test_one_step_that_fails_keeps_no_other_from_being_taken():
    taken: list[datetime] = []

    def fails(at: datetime) -> None:
        raise RuntimeError("Stripe said what nobody expected.")

    at = clock.now()
    assert going_on.go_on(at, (taken.append, fails, taken.append)) == 2
    assert taken == [at, at]
