"""Addresses that get mail, found or made."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from memberships.models import User
from newsletters import consents, signs
from newsletters.journeys import moving
from newsletters.models import Newsletter, Recipient, Signup, SignupAct, Suppression
from newsletters.suppression import suppress

# RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are its brackets.
LONGEST_ADDRESS = 254


def recipient_for(email: str, at: datetime, *, language: str = "") -> Recipient:
    """The recipient behind an address, whatever its case; made on first use, with the typed form kept.

    It is linked to the account that has confirmed this very address. ``language`` holds only for a new one without
    an account.

    Raises:
        ValidationError: when it is no email address.
    """
    typed = email.strip()
    validate_email(typed)
    MaxLengthValidator(LONGEST_ADDRESS)(typed)
    user = account_behind(typed)
    recipient, _created = Recipient.objects.get_or_create(
        email=typed.lower(),
        defaults={
            "email_as_typed": typed,
            "user": user if user and not _has_recipient(user) else None,
            "language": user.language if user else language or settings.LANGUAGE_CODE,
            "created_at": at,
        },
    )
    if recipient.user_id is None and user is not None:
        _link(recipient, user)
    return recipient


def recipient_of(user: User, at: datetime) -> Recipient:
    """Where to write to somebody with an account, about their account."""
    return recipient_for(user.email_as_typed, at, language=user.language)


def account_behind(email: str) -> User | None:
    """The active account whose own address this is and who has proved it."""
    address = (
        EmailAddress.objects.filter(email__iexact=email, verified=True, user__email=email.lower(), user__is_active=True)
        .select_related("user")
        .first()
    )
    return address.user if address else None


def language_of(recipient: Recipient) -> str:
    """The language to write in: the account's, else the one the address signed up in."""
    return recipient.user.language if recipient.user else recipient.language


def time_zone_of(recipient: Recipient) -> str:
    """The zone in which dates are told."""
    return recipient.user.time_zone if recipient.user else settings.TIME_ZONE


def _has_recipient(user: User) -> bool:
    return Recipient.objects.filter(user=user).exists()


def _link(recipient: Recipient, user: User) -> None:
    """Tie an address to its account; an address the account had before is let go."""
    Recipient.objects.filter(user=user).exclude(pk=recipient.pk).update(user=None)
    Recipient.objects.filter(pk=recipient.pk).update(user=user)
    recipient.user = user


@transaction.atomic
def follow(user: User, at: datetime) -> None:
    """Send to an account's new address what went to its old one; what the new address had chosen before stays. To move
    is a sign of life."""
    old = Recipient.objects.select_for_update().filter(user=user).exclude(email=user.email).first()
    new = recipient_of(user, at)
    if old is None or new.user_id != user.pk:
        return
    carry(old, new, at)
    signs.note(new, at)


def follow_all(at: datetime) -> None:
    """Do so for everybody who is written to elsewhere than where their account is."""
    elsewhere = User.objects.filter(is_active=True, recipient__isnull=False).exclude(recipient__email=F("email"))
    for user in elsewhere:
        follow(user, at)


def carry(old: Recipient, new: Recipient, at: datetime) -> None:
    """Send to one address what was confirmed for another, which leaves; what the first had chosen before stays. It is
    told no more than the other one was, and goes on with its journeys."""
    if not old.is_counted:
        Recipient.objects.filter(pk=new.pk).update(is_counted=False)
    chosen = old.signups.filter(state=Signup.State.CONFIRMED).select_related("newsletter")
    for signup in chosen.exclude(newsletter__in=_stands(new, old).values("newsletter")):
        said = {
            "state": Signup.State.CONFIRMED,
            "source": signup.source,
            "consent_text": signup.consent_text,
            "address_hash": signup.address_hash,
            "requested_at": signup.requested_at,
            "confirmed_at": signup.confirmed_at,
            "left_at": None,
            "paused_until": signup.paused_until,
            "rhythm": signup.rhythm,
        }
        Signup.objects.update_or_create(recipient=new, newsletter_id=signup.newsletter_id, defaults=said)
        _note(new, signup, SignupAct.Kind.MOVED, at)
    _carry_refusals(old, new, at)
    _carry_stops(old, new, at)
    for signup in chosen:
        _note(old, signup, SignupAct.Kind.LEFT, at)
    chosen.update(state=Signup.State.LEFT, left_at=at)
    moving.move(old, new, at)


def _stands(new: Recipient, old: Recipient) -> QuerySet[Signup]:
    """What an address chose or left itself. What it left by going to the other one, in the moment in which that got it,
    may come back."""
    went = SignupAct.objects.filter(recipient=old, newsletter=OuterRef("newsletter"), kind=SignupAct.Kind.MOVED)
    return new.signups.exclude(Exists(went.filter(at=OuterRef("left_at"))), state=Signup.State.LEFT)


def _carry_refusals(old: Recipient, new: Recipient, at: datetime) -> None:
    """Who left a list that comes by itself gets it at no other address either."""
    left = old.signups.filter(state=Signup.State.LEFT, newsletter__kind=Newsletter.Kind.REVIEW)
    for signup in left.exclude(newsletter__in=new.signups.values("newsletter")).select_related("newsletter"):
        Signup.objects.create(
            recipient=new,
            newsletter_id=signup.newsletter_id,
            state=Signup.State.LEFT,
            source=signup.source,
            requested_at=signup.requested_at,
            left_at=signup.left_at,
        )
        _note(new, signup, SignupAct.Kind.LEFT, at)


def _carry_stops(old: Recipient, new: Recipient, at: datetime) -> None:
    """Whom we must not write to at one address we must not at another. That a mailbox does not exist says nothing of
    the other one."""
    for stop in old.suppressions.exclude(reason=Suppression.Reason.HARD_BOUNCE):
        suppress(new, stop.stream, Suppression.Reason(stop.reason), stop.suppressed_at, stop.detail)
    stopped = SignupAct.objects.filter(kind=SignupAct.Kind.STOPPED)
    said = stopped.filter(recipient=old).first()
    if said is None or stopped.filter(recipient=new).exists():
        return
    proof = {**said.proof, "since": said.at.isoformat()}
    consents.note(
        new,
        None,
        SignupAct.Kind.STOPPED,
        at,
        source=said.source,
        words=said.words,
        address_hash=said.address_hash,
        proof=proof,
    )


def _note(recipient: Recipient, signup: Signup, kind: SignupAct.Kind, at: datetime) -> None:
    consents.note(
        recipient,
        signup.newsletter,
        kind,
        at,
        source=signup.source,
        words=signup.consent_text,
        address_hash=signup.address_hash,
    )
