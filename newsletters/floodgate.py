"""What keeps machines from signing strangers up: a field nobody sees, a form nobody fills in a second, and counters.

Counted in the cache, so a lost cache opens the gate for an hour; what then gets through is still one message an hour
for each address, because the sign-ups themselves remember that they were asked.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from newsletters.signups import SignupError

QUICKEST = timedelta(seconds=2)
HOUR = 60 * 60
MOST_PER_EMAIL = 5
MOST_PER_NETWORK_ADDRESS = 20
_SALT = "newsletters.form"


def stamp(at: datetime) -> str:
    """What a form carries to say when it was shown."""
    return signing.Signer(salt=_SALT).sign(str(int(at.timestamp())))


def refuse_machine(honeypot: str, shown: str, at: datetime) -> None:
    """Raises SignupError when the hidden field is filled in, or the form came back faster than anybody types.

    A form without a stamp (a block on a page) is not timed.
    """
    if honeypot:
        raise SignupError(_("The field that must stay empty was filled in. Leave it empty and send the form again."))
    if not shown:
        return
    try:
        shown_at = int(signing.Signer(salt=_SALT).unsign(shown))
    except (signing.BadSignature, ValueError):
        raise SignupError(_("This form is damaged. Load the page again and send it once more.")) from None
    if at.timestamp() - shown_at < QUICKEST.total_seconds():
        raise SignupError(_("That was faster than people type. Wait a moment and send the form again."))


def refuse_flood(email: str, address: str) -> None:
    """Count one attempt. Raises SignupError when an email or network address has asked too often within the hour."""
    counted = [(f"email:{email.strip().lower()}", MOST_PER_EMAIL)]
    if address:
        counted.append((f"network:{address}", MOST_PER_NETWORK_ADDRESS))
    for name, most in counted:
        key = f"newsletters:signup:{hashlib.sha256(name.encode()).hexdigest()}"
        cache.add(key, 0, HOUR)
        try:
            attempts = cache.incr(key)
        except ValueError:  # It ran out in between: the hour is over.
            continue
        if attempts > most:
            raise SignupError(_("There were too many attempts. Try again in an hour."))


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
