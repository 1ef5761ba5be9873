"""An edition handed over as a sender does it, in the test's own process, and what the ledger says of it."""

from __future__ import annotations

from newsletters import editions
from newsletters.delivery.dispatch import BySmtp
from newsletters.delivery.editions import send_window, stencils_of
from newsletters.delivery.smtp import Line
from newsletters.models import Delivery, Edition
from tests.newsletters.builders import AT


def send(made: Edition, at=AT) -> None:
    with Line() as line:
        last: int | None = 0
        while last is not None:
            last = send_window(BySmtp(line), made, stencils_of(made), lambda: at, after=last)
    editions.finish(made, at)


def states(made: Edition) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.of_edition(made).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    assert sums(made) == found, "what the database counted"
    return found


def sums(made: Edition) -> dict[str, int]:
    return dict(made.tallies.filter(copies__gt=0).values_list("state", "copies"))
