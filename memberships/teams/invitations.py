"""The link in an invitation, and who may use it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from memberships.models import Seat, User
from memberships.teams.contracts import SeatError

_signer = Signer(salt="memberships.teams.invitations")


def token_for(seat: Seat) -> str:
    """What opens the invitation: signed, and good for this offer of this seat only. It must not be logged."""
    return _signer.sign_object({"seat": str(seat.public_id), "at": seat.invited_at.isoformat()})


def read(token: str) -> Seat:
    """The seat the token was made for, with its team.

    Raises:
        SeatError: when we did not make it, or the seat is not there.
    """
    try:
        named = _signer.unsign_object(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise SeatError(_not_ours()) from error
    if not (isinstance(named, dict) and isinstance(named.get("seat"), str)):
        raise SeatError(_not_ours())
    seat = Seat.objects.select_related("team__owner").filter(public_id=named["seat"]).first()
    if seat is None or seat.invited_at.isoformat() != named.get("at"):
        raise SeatError(_not_ours())
    return seat


def refuse_when_closed(seat: Seat, at: datetime) -> None:
    """Raises SeatError when the invitation was answered, taken back or ran out."""
    names = {"team": seat.team.name}
    if seat.state == Seat.State.ACTIVE:
        raise SeatError(
            _("This invitation to %(team)s was accepted already. Sign in with the account that did.") % names
        )
    if seat.bounced_at is not None:
        raise SeatError(
            _("We could not deliver this invitation, so its seat was given up. Ask the owner of %(team)s for another.")
            % names
        )
    if seat.state == Seat.State.RELEASED:
        raise SeatError(_("This invitation was taken back or ran out. Ask the owner of %(team)s for another.") % names)
    if at >= seat.expires_at:
        raise SeatError(_("This invitation ran out after 14 days. Ask the owner of %(team)s for another.") % names)


def refuse_stranger(seat: Seat, user: User) -> None:
    """Raises SeatError when the seat was offered to another address than the account's."""
    if not is_for(seat, user):
        names = {"invited": seat.email, "signed_in": user.email_as_typed}
        raise SeatError(
            _("This invitation is for %(invited)s, and you are signed in as %(signed_in)s. Sign in with the first.")
            % names
        )


def is_for(seat: Seat, user: User) -> bool:
    """Whether the address invited is a confirmed one of the account."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=seat.email, verified=True).exists())


def _not_ours() -> str:
    return _("This link is not complete. Open it from the email again, or copy the whole of it.")
