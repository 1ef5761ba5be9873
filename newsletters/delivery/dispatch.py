"""Takes claimed rows to the next server, one after the other, each to its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from newsletters.delivery import claim, mime
from newsletters.delivery.claim import Row
from newsletters.delivery.smtp import Line, Verdict

log = logging.getLogger(__name__)


def send(line: Line, rows: Sequence[Row], letter_of: Callable[[Row], mime.Letter], at: datetime) -> bool:
    """Hand over rows of one claim. False when the line went down; what was not begun then waits again."""
    for number, row in enumerate(rows):
        if not _send_one(line, row, letter_of, at):
            claim.give_back(rows[number + 1 :], _("The next server could not be reached."), at)
            return False
    return True


def _send_one(line: Line, row: Row, letter_of: Callable[[Row], mime.Letter], at: datetime) -> bool:
    try:
        letter = letter_of(row)
        content = mime.write(letter)
    except (ValueError, KeyError) as error:
        # Without a traceback: its locals would show the message.
        log.warning("%s cannot be written: %s", row, type(error).__name__)
        claim.fail(row, f"It could not be written: {error}", at)
        return True
    if not claim.begin(row):
        return True
    outcome = line.hand_over(mime.bare_address(letter.sender), mime.on_the_wire(letter.to), content)
    claim.record(row, outcome, at)
    return outcome.verdict is not Verdict.LINE_DOWN
