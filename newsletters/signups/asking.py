"""A wish for newsletters, and the button behind the mailed link that makes it real.

A sign-up becomes real only when the owner of the mailbox says so: by that button, or because they are signed in with
that very address, which they have proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters import consents, messages, signs, suppression, tokens
from newsletters.models import Newsletter, Recipient, Signup, SignupAct
from newsletters.recipients import recipient_for
from newsletters.signups import stops
from newsletters.signups.closed import refuse_closed
from newsletters.signups.joining import join
from newsletters.signups.links import damaged
from newsletters.signups.records import Consent, SignupError, asked, confirmed, note

ASK_AGAIN_AFTER = timedelta(hours=1)
CONFIRMATION_LASTS = timedelta(days=30)
Kind = SignupAct.Kind


@dataclass(frozen=True)
class Request:
    """What became of a wish: confirmed at once, or waiting for the mailbox to answer."""

    recipient: Recipient
    is_confirmed: bool


def request(
    email: str,
    newsletters: Sequence[Newsletter],
    consent: Consent,
    at: datetime,
    *,
    user: User | None = None,
    language: str = "",
) -> Request:
    """Ask for newsletters at an address.

    Signed-in ``user`` with this very, confirmed address gets them at once. Anybody else gets one message with a link,
    unless they were asked within the hour.

    Raises:
        SignupError: nothing was chosen, the address is none, or a list is for members.
    """
    if not newsletters:
        raise SignupError(_("Choose at least one newsletter."))
    refuse_closed(newsletters, user, at)
    try:
        recipient = recipient_for(email, at, language=language)
    except ValidationError:
        raise SignupError(_("That is no email address. Write it like name@example.org.")) from None
    if user is not None and recipient.user_id == user.pk:
        join(recipient, newsletters, consent, at)
        return Request(recipient, is_confirmed=True)
    with transaction.atomic():
        fresh = [newsletter for newsletter in newsletters if _ask(recipient, newsletter, consent, at)]
        if fresh:
            messages.confirm_signups(recipient, fresh, at)
    return Request(recipient, is_confirmed=False)


def pending(token: str, at: datetime) -> tuple[Recipient, list[Newsletter]]:
    """Whose confirmation a link is for, and of which newsletters.

    Raises:
        SignupError: the link is damaged, too old, or about nobody.
    """
    try:
        confirmation = tokens.read_confirming(token)
    except tokens.BadToken:
        raise SignupError(damaged()) from None
    if at - confirmation.requested_at > CONFIRMATION_LASTS:
        raise SignupError(_("This link is more than a month old. Sign up again and we send you a new one."))
    recipient = Recipient.objects.select_related("user").filter(public_id=confirmation.recipient).first()
    newsletters = Newsletter.objects.offered().filter(pk__in=confirmation.newsletters).select_related("product")
    if recipient is None or not newsletters:
        raise SignupError(_("What this link was for is not there any more. Sign up again if you like."))
    return recipient, list(newsletters)


@transaction.atomic
def confirm(token: str, at: datetime, *, address: str = "") -> list[Newsletter]:
    """Make sign-ups real; answers what the address now gets of what the link was about.

    What was left since stays left: an old link must not bring a newsletter back. ``address`` is the network address the
    button was pressed from.

    Raises:
        SignupError: as :func:`pending`, or when a list is closed to the person by now, all of it was left since, or
            staff stopped newsletters to the address.
    """
    recipient, newsletters = pending(token, at)
    refuse_closed(newsletters, recipient.user, at)
    waiting = recipient.signups.filter(state=Signup.State.PENDING)
    said = [newsletter for newsletter in newsletters if waiting.filter(newsletter=newsletter).update(**confirmed(at))]
    keys = set(recipient.signups.confirmed().filter(newsletter__in=newsletters).values_list("newsletter_id", flat=True))
    held = [newsletter for newsletter in newsletters if newsletter.pk in keys]
    if not held:
        raise SignupError(_("You have left since this link was sent. Sign up again if you want it back."))
    for newsletter in held if stops.lift(recipient) else said:
        consents.note(recipient, newsletter, Kind.CONFIRMED, at, address_hash=consents.hash_of(address))
    signs.note(recipient, at)
    return held


def _ask(recipient: Recipient, newsletter: Newsletter, consent: Consent, at: datetime) -> bool:
    """Note the wish; whether the mailbox has to be asked about it now."""
    signup, is_new = Signup.objects.get_or_create(
        recipient=recipient, newsletter=newsletter, defaults={**asked(consent, at), "state": Signup.State.PENDING}
    )
    stale = Signup.objects.filter(pk=signup.pk).exclude(state=Signup.State.CONFIRMED)
    stale = stale.exclude(state=Signup.State.PENDING, requested_at__gt=at - ASK_AGAIN_AFTER)
    is_asked = is_new or stale.update(**asked(consent, at), state=Signup.State.PENDING) or _is_held_in_vain(signup, at)
    if is_asked:
        note(recipient, newsletter, Kind.ASKED, consent, at)
    return bool(is_asked)


def _is_held_in_vain(signup: Signup, at: datetime) -> bool:
    """Whether nothing comes of what was confirmed until the owner of the mailbox asks again, and nobody did within the
    hour. The sign-up stays as it is, for whoever typed the address may be anybody."""
    held = Signup.objects.select_for_update().filter(pk=signup.pk, state=Signup.State.CONFIRMED)
    if held.first() is None or not suppression.is_liftable(signup.recipient):
        return False
    acts = SignupAct.objects.filter(recipient=signup.recipient, newsletter=signup.newsletter, kind=Kind.ASKED)
    return not acts.filter(at__gt=at - ASK_AGAIN_AFTER).exists()
