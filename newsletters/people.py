"""What newsletters hold about a person: the addresses they are written to, what they asked for, what went out."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.importing.files import strike_out
from memberships.models import User
from memberships.people.holdings import Fate, Holding, staff_act
from memberships.people.own import addresses_of
from memberships.people.raw import pseudonym_of
from newsletters import consents, recipients
from newsletters.models import (
    Delivery,
    JourneyLetter,
    ListImport,
    ListImportRow,
    MailEvent,
    Message,
    Ranking,
    Recipient,
    Report,
    Run,
    Signup,
    SignupAct,
    SoftBounce,
    Sponsorship,
    Stream,
    Suppression,
)
from newsletters.suppression import suppress

_GOES, _STAYS, _MOVES = Fate.GOES, Fate.STAYS, Fate.MOVES


def _forget(user: User, at: datetime) -> None:
    """Their sign-ups and messages go, and so do what their letters led to and what brought files say of them. A copy of
    an edition stays counted, for a recipient without a name whom nothing is written to any more."""
    addresses = addresses_of(user)
    ListImportRow.objects.filter(email__in=addresses).delete()
    strike_out(ListImport, addresses)
    known = Recipient.objects.filter(Q(user=user) | Q(email__in=addresses))
    for recipient in known.select_for_update().order_by("pk"):
        Message.objects.filter(recipient=recipient).delete()
        Run.objects.filter(recipient=recipient).delete()
        Signup.objects.filter(recipient=recipient).delete()
        consents.erase(recipient)
        Report.objects.filter(recipient=recipient).delete()
        SoftBounce.objects.filter(recipient=recipient).delete()
        MailEvent.objects.filter(recipient=recipient).delete()
        Delivery.objects.filter(recipient=recipient).exclude(reply="").update(reply="")
        Suppression.objects.filter(recipient=recipient).delete()
        is_own = recipient.user_id == user.pk
        mask = pseudonym_of(user) if is_own else f"erased-{recipient.public_id}@erased.invalid"
        Recipient.objects.filter(pk=recipient.pk).update(user=None, email=mask, email_as_typed=mask, last_sign_at=None)
        for stream in Stream.values:
            suppress(recipient, stream, Suppression.Reason.STAFF, at)


def _bring(kept: User, gone: User, at: datetime) -> None:
    """What the one account got, the other gets, unless it had chosen; what must not be written to stays so."""
    old = Recipient.objects.select_for_update().filter(user=gone).first()
    if old is None:
        return
    new = recipients.recipient_of(kept, at)
    recipients.carry(old, new, at)
    Recipient.objects.filter(pk=old.pk).update(user=None)


HOLDINGS = [
    # Asked in this order: the recipient is the last to lose its name.
    Holding(Ranking, "user", _GOES, _GOES, _("Your order of the industries"), ("industry__name", "position")),
    Holding(Signup, "recipient__user", _STAYS, _STAYS, _("Newsletters"), (
        "newsletter__name", "state", "source", "consent_text", "requested_at", "confirmed_at", "left_at", "rhythm",
    )),
    Holding(SignupAct, "recipient__user", _STAYS, _STAYS, _("What you said about newsletters"), (
        "newsletter__name", "kind", "at", "source", "words", "proof",
    )),
    Holding(Suppression, "recipient__user", _STAYS, _STAYS, _("Not to be written to"), (
        "stream", "reason", "suppressed_at",
    )),
    Holding(Delivery, "recipient__user", _STAYS, _STAYS, _("Newsletters that were sent"), (
        "edition__subject", "edition_on", "state",
    )),
    Holding(MailEvent, "recipient__user", _STAYS, _STAYS, _("What you opened and followed in newsletters"), (
        "edition__subject", "kind", "at", "agent",
    )),
    Holding(Message, "recipient__user", _STAYS, _STAYS, _("Messages"), ("subject", "kind", "state", "created_at")),
    Holding(Report, "recipient__user", _STAYS, _STAYS, _("What was reported of mail to you"), (
        "taken_at", "fate", "said",
    )),
    Holding(SoftBounce, "recipient__user", _STAYS, _STAYS, _("Copies that came back"), (
        "edition__edition_on", "noted_at",
    )),
    Holding(Recipient, "user", _forget, _bring, _("Where we write to"), (
        "email_as_typed", "language", "created_at", "last_sign_at", "is_counted",
    )),
    Holding(Run, "recipient__user", _STAYS, _STAYS, _("Letters in a row"), (
        "journey__name", "newsletter__name", "state", "started_at", "settled_at",
    )),
    Holding(JourneyLetter, "recipient__user", _STAYS, _STAYS),
    staff_act(ListImport, "asked_by"),
    staff_act(Sponsorship, "reviewed_by"),
]  # fmt: skip
