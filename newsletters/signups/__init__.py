"""Who gets which newsletter: asked for, confirmed from their own mailbox, left again."""

from newsletters.signups.asking import ASK_AGAIN_AFTER, CONFIRMATION_LASTS, Request, confirm, pending, request
from newsletters.signups.closed import is_open_to, refuse_closed
from newsletters.signups.joining import (
    LONGEST_PAUSE,
    bring_along,
    choose,
    join,
    leave,
    leave_all,
    pause,
    rejoin,
    stop_offers,
)
from newsletters.signups.links import (
    behind_journey,
    behind_keeping,
    behind_offers,
    behind_preferences,
    behind_unsubscribing,
)
from newsletters.signups.records import Consent, SignupError
from newsletters.signups.stops import StoppedError

__all__ = [
    "ASK_AGAIN_AFTER",
    "CONFIRMATION_LASTS",
    "LONGEST_PAUSE",
    "Consent",
    "Request",
    "SignupError",
    "StoppedError",
    "behind_journey",
    "behind_keeping",
    "behind_offers",
    "behind_preferences",
    "behind_unsubscribing",
    "bring_along",
    "choose",
    "confirm",
    "is_open_to",
    "join",
    "leave",
    "leave_all",
    "pause",
    "pending",
    "refuse_closed",
    "rejoin",
    "request",
    "stop_offers",
]
