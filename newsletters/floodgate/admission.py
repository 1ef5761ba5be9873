"""Whether a form that came back was sent by a person, as far as that can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from newsletters.floodgate import attacks, counters, limits, stamps
from newsletters.floodgate.stamps import Stamp
from newsletters.proof_of_work import is_solved
from newsletters.signups import SignupError

QUICKEST = timedelta(seconds=2)
# What stands in for the puzzle in a browser without a script. The page that says so has it in words.
PATIENCE = timedelta(seconds=20)
# A machine waits for a thousand forms at once: so few of all that come in an hour may wait instead of working.
MOST_WAITED = 60


@dataclass(frozen=True)
class Attempt:
    """What a form brought: ``trap`` is the field nobody sees, ``shown`` the stamp, ``answer`` the puzzle's solution.

    ``is_again``: it comes from the page of :class:`OnceMore`.
    """

    email: str
    address: str
    trap: str = ""
    shown: str = ""
    answer: str = ""
    is_again: bool = False


class OnceMore(Exception):
    """The form has to come back once more, from a page of its own with the stamp ``shown``: the one it had, if it only
    came too soon.

    ``wants_work``: with the puzzle of that stamp solved, or when the stamp has become :data:`PATIENCE` old.
    """

    def __init__(self, shown: str, *, wants_work: bool) -> None:
        super().__init__()
        self.shown, self.wants_work = shown, wants_work


def admit(attempt: Attempt, at: datetime) -> None:
    """Count an attempt and let it pass.

    A form without a stamp comes from a page that is the same for everybody, and from a browser without a script: the
    page it is answered with has one, and is what is timed.

    Raises:
        SignupError: it is a machine's, or one too many.
        OnceMore: nobody can tell yet.
    """
    if attempt.trap:
        attacks.note_trapped()
        raise SignupError(_("The field that must stay empty was filled in. Leave it empty and send the form again."))
    attacks.note_form(at)
    wants_work = attacks.is_on(at) or limits.is_crowded(attempt.email)
    stamp = stamps.read(attempt.shown, at)
    if stamp is None:
        raise OnceMore(stamps.stamp(at), wants_work=wants_work)
    if at - stamp.at < QUICKEST:
        if wants_work or attempt.is_again:
            raise OnceMore(stamp.text, wants_work=wants_work)
        raise SignupError(_("That was faster than people type. Wait a moment and send the form again."))
    if wants_work:
        _see_work(attempt, stamp, at)
    limits.refuse_flood(attempt.email, attempt.address)


def _see_work(attempt: Attempt, stamp: Stamp, at: datetime) -> None:
    """Each stamp is good for one form. Nobody can tell while the cache is away, but a solution is for one address."""
    has_worked = is_solved(stamp.text, attempt.email, attempt.answer, stamp.difficulty)
    if not has_worked and at - stamp.at < PATIENCE:
        raise OnceMore(stamp.text, wants_work=True)
    if not counters.claim(f"stamp:{stamp.text}", int(stamps.LIVES.total_seconds())):
        raise OnceMore(stamps.stamp(at), wants_work=True)
    if not has_worked:
        _refuse_crowd()


def _refuse_crowd() -> None:
    counted = counters.count({"waited": limits.HOUR})
    if counted and counted[0] > MOST_WAITED:
        raise SignupError(
            _(
                "Too many forms are sent without a script at the moment. Try again in an hour, switch JavaScript on, "
                "or sign in and choose your newsletters on your account page."
            )
        )


def refuse_foreign(request: HttpRequest) -> None:
    """Raises SignupError when a browser says that another site sent the form.

    Stands in for a CSRF token, which the form cannot carry: it is on pages that everybody gets the same copy of.
    Browsers that say nothing send ``Origin`` with every POST; what sends neither is no browser and has no cookies.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    own = f"{request.scheme}://{request.get_host()}"
    if site in {"cross-site", "same-site"} or (not site and origin not in {"", own}):
        raise SignupError(_("This form was sent from another site. Open our newsletters page and sign up there."))
