"""What stops all newsletters to an address, when its owner asks for one again."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from newsletters import suppression
from newsletters.models import Recipient, Stream
from newsletters.signups.records import SignupError


class StoppedError(SignupError):
    """Staff have stopped newsletters to the address."""


def lift(recipient: Recipient) -> bool:
    """Lift what its owner may take back, a bounce, a complaint or their own wish; whether there was any.

    Raises:
        StoppedError: by staff, and nothing would come of asking.
    """
    is_lifted = suppression.lift(recipient)
    if recipient.suppressions.filter(stream=Stream.NEWSLETTERS).exists():
        told = _("We have stopped newsletters to this address. Write to %(contact)s if that is a mistake.")
        raise StoppedError(told % {"contact": settings.CONTACT_EMAIL})
    return is_lifted
