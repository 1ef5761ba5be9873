"""Whether machines are signing people up: told by counters of the whole site, or by somebody at the desk.

While it lasts, every form has to bring the solution of a puzzle or wait. That costs people a second: a false alarm is
cheap, and the ceilings may be low.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from memberships.remembered import Remembered
from newsletters.floodgate import counters
from newsletters.models import SignupGuard

log = logging.getLogger(__name__)

# A list of fifty thousand grows by some tens a day; a story that everybody reads brings some tens a minute.
MOST_A_MINUTE = 60
# Filled in by machines alone. One that comes by now and then is only turned away.
MOST_TRAPPED = 20
TRAPPED_WITHIN = 10 * 60
# Of those who were asked in one hour, most confirm before the next is over; nobody does whom a machine signed up.
FEWEST_ASKED = 50
LEAST_CONFIRMED = 0.2
# An attack that goes on is found again after this.
LASTS = 15 * 60
GUARDED_FOR = timedelta(days=1)
_HOUR = 60 * 60
_ATTACK = "attack"


def is_on(at: datetime) -> bool:
    """Whether forms are guarded now. They are while nothing can be counted, for then nobody would see an attack."""
    until = _guarded_until.at(at)
    if until is not None and at < until:
        return True
    known = counters.read([_ATTACK])
    return known is None or known[0] > 0


def note_form(at: datetime) -> None:
    """A form came, whatever becomes of it."""
    counted = counters.count({f"forms:{at:%Y-%m-%dT%H:%M}": 2 * 60})
    if counted and counted[0] > MOST_A_MINUTE:
        _begin(f"more than {MOST_A_MINUTE} forms came within a minute")


def note_trapped() -> None:
    """A form came with the field filled in that nobody sees."""
    counted = counters.count({"trapped": TRAPPED_WITHIN})
    if counted and counted[0] > MOST_TRAPPED:
        _begin(f"more than {MOST_TRAPPED} forms had the hidden field filled in within ten minutes")


def note_asked(at: datetime) -> None:
    """A mailbox was asked to confirm. Those of the hour before had the time to do so."""
    counters.count({_in("asked", at): 3 * _HOUR})
    before = at - timedelta(hours=1)
    known = counters.read([_in("asked", before), _in("confirmed", before), _in("confirmed", at)])
    if known is None:
        return
    asked, *confirmed = known
    if asked >= FEWEST_ASKED and sum(confirmed) < LEAST_CONFIRMED * asked:
        _begin(f"of {asked} mailboxes that were asked within an hour {sum(confirmed)} confirmed")


def note_confirmed(token: str, at: datetime) -> None:
    """A mailbox confirmed; the same link counts once, however often its button is pressed."""
    if counters.claim(f"confirmed:{token}", 3 * _HOUR):
        counters.count({_in("confirmed", at): 3 * _HOUR})


def guard(until: datetime | None) -> None:
    """Guard the forms until then by hand; ``None`` leaves it to the counters again."""
    SignupGuard.objects.update_or_create(pk=1, defaults={"until": until})
    _guarded_until.forget()


def guarded_until(at: datetime) -> datetime | None:
    """Until when the forms are guarded by hand, if they are."""
    until = _ask_until()
    return until if until is not None and at < until else None


def _ask_until() -> datetime | None:
    return SignupGuard.objects.values_list("until", flat=True).first()


_guarded_until = Remembered(_ask_until)


def _begin(why: str) -> None:
    if counters.claim(_ATTACK, LASTS):
        log.warning("Sign-ups are guarded for a quarter of an hour: %s.", why)


def _in(what: str, at: datetime) -> str:
    return f"{what}:{at:%Y-%m-%dT%H}"
