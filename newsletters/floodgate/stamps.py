"""What a form carries to say when it was shown and which puzzle is its own: moment, difficulty, random word, signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from django.core import signing
from django.utils.translation import gettext as _

from newsletters.proof_of_work import DIFFICULTY
from newsletters.signups import SignupError

# A page may lie open for half a day. A stamp that was kept for longer is worth nothing.
LIVES = timedelta(hours=12)
_SALT = "newsletters.form"
_SEPARATOR = "."


@dataclass(frozen=True)
class Stamp:
    """``text`` is what the form carries. Its signature has a salt of its own: it is good for sign-up forms alone."""

    text: str
    at: datetime
    difficulty: int


def stamp(at: datetime) -> str:
    """A stamp for a form that is shown now."""
    return signing.Signer(salt=_SALT).sign(_SEPARATOR.join((str(int(at.timestamp())), str(DIFFICULTY), token_hex(8))))


def read(text: str, at: datetime) -> Stamp | None:
    """The stamp a form came back with; nothing where it has none or one that is too old.

    Raises:
        SignupError: nobody here made it.
    """
    if not text:
        return None
    try:
        moment, difficulty, _word = signing.Signer(salt=_SALT).unsign(text).split(_SEPARATOR)
    except (signing.BadSignature, ValueError):
        raise SignupError(_("This form is damaged. Load the page again and send it once more.")) from None
    shown_at = datetime.fromtimestamp(int(moment), UTC)
    return Stamp(text, shown_at, int(difficulty)) if at - shown_at <= LIVES else None
