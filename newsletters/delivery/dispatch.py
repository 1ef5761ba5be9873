"""Takes what is claimed to the next server."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from typing import Protocol

from newsletters.delivery.copies import Copy
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.delivery.smtp import END, Envelope, Line
from newsletters.delivery.stencils import Stencil

log = logging.getLogger(__name__)

# Copies that are written and need only be handed over: called once, it answers what became of each, in their order.
Load = Callable[[], list[Outcome]]


class Transport(Protocol):
    """A way to the next server. ``window`` is how many copies are handed over at once, and are in doubt together when
    a worker is killed meanwhile."""

    @property
    def window(self) -> int: ...

    def loads(self, groups: Sequence[tuple[Stencil, Sequence[Copy]]]) -> list[Load]:
        """Write the copies of each variant; nobody is spoken to before the loads are called. Neither raises anything.

        Called one after the other, the loads answer for all copies in their order.
        """


class BySmtp:
    """Letter by letter over a kept line. No letter is begun once the monotonic clock shows ``until``."""

    window = 25

    def __init__(self, line: Line, *, until: float = math.inf) -> None:
        self._line = line
        self._until = until

    def loads(self, groups: Sequence[tuple[Stencil, Sequence[Copy]]]) -> list[Load]:
        """All in one: the line is told the next letter while it answers for the one before, whatever is in it."""
        written = [_written(stencil, copy) for stencil, copies in groups for copy in copies]
        letters = [each for each in written if isinstance(each, Envelope)]

        def hand_over() -> list[Outcome]:
            told = iter(self._line.hand_over(letters, until=self._until))
            return [next(told) if isinstance(each, Envelope) else each for each in written]

        return [hand_over]


def _written(stencil: Stencil, copy: Copy) -> Envelope | Outcome:
    """The letter, or why there can be none: that concerns one reader, and no other waits for it."""
    try:
        content = stencil.fill(copy)
        return Envelope(stencil.envelope_sender(copy), stencil.envelope_address(copy), content + END)
    except ValueError as error:
        # Without a traceback: its locals would show the address.
        log.warning("the copy for recipient %s cannot be written: %s", copy.recipient, type(error).__name__)
        return Outcome(Verdict.REFUSED, f"It could not be written: {error}"[:500])
