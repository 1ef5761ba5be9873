"""What an address gets from now on, written down for somebody whose mailbox it is: joined, left, paused, chosen."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from newsletters import consents, signs, suppression
from newsletters.consents import Proof
from newsletters.models import Newsletter, Recipient, Signup, SignupAct, Stream, Suppression
from newsletters.signups import stops
from newsletters.signups.closed import refuse_closed
from newsletters.signups.records import Consent, SignupError, asked, confirmed, note

LONGEST_PAUSE = timedelta(days=366)
Kind = SignupAct.Kind


@transaction.atomic
def join(recipient: Recipient, newsletters: Iterable[Newsletter], consent: Consent, at: datetime) -> None:
    """Sign up an address whose owner is here in person. What they have already stays as it is, and comes again where it
    was stopped.

    Raises:
        SignupError: staff stopped newsletters to the address; nothing is changed then.
    """
    is_lifted = stops.lift(recipient)
    for newsletter in newsletters:
        signup, is_new = Signup.objects.get_or_create(
            recipient=recipient, newsletter=newsletter, defaults={**asked(consent, at), **confirmed(at)}
        )
        others = Signup.objects.filter(pk=signup.pk).exclude(state=Signup.State.CONFIRMED)
        if is_new or others.update(**asked(consent, at), **confirmed(at)):
            note(recipient, newsletter, Kind.JOINED, consent, at)
        elif is_lifted:
            note(recipient, newsletter, Kind.KEPT, consent, at)
    signs.note(recipient, at)


@transaction.atomic
def bring_along(
    recipient: Recipient,
    newsletters: Iterable[Newsletter],
    consent: Consent,
    *,
    since: datetime,
    wants: bool,
    at: datetime,
    proof: Proof | None = None,
) -> None:
    """Write down what an address chose where its owner comes from: what it gets ``since`` then, or that it left.

    What was chosen or left here already stays, and so does every stop: nobody is here in person to lift it.
    """
    proof = proof or Proof(since, consent.address_hash, {"since": since.isoformat()})
    said = {**asked(consent, proof.asked_at), "address_hash": proof.address_hash, "confirmed_at": since}
    chosen = {"state": Signup.State.CONFIRMED} if wants else {"state": Signup.State.LEFT, "left_at": at}
    for newsletter in newsletters:
        _signup, is_new = Signup.objects.get_or_create(
            recipient=recipient, newsletter=newsletter, defaults={**said, **chosen}
        )
        if is_new:
            note(recipient, newsletter, Kind.IMPORTED if wants else Kind.LEFT, consent, at, proof)


@transaction.atomic
def leave(recipient: Recipient, newsletter: Newsletter, at: datetime, *, source: str = "") -> None:
    """Stop one newsletter to an address; leaving twice is leaving once. A sign-up that is not on record is made up."""
    signup, is_new = Signup.objects.get_or_create(
        recipient=recipient,
        newsletter=newsletter,
        defaults={"state": Signup.State.LEFT, "requested_at": at, "left_at": at},
    )
    others = Signup.objects.filter(pk=signup.pk).exclude(state=Signup.State.LEFT)
    if is_new or others.update(state=Signup.State.LEFT, left_at=at):
        consents.note(recipient, newsletter, Kind.LEFT, at, source=source)
    signs.note(recipient, at)


@transaction.atomic
def rejoin(recipient: Recipient, newsletter: Newsletter, at: datetime) -> None:
    """Undo a leave, or a stop. Only what was confirmed before comes back; anything else has to be confirmed first.

    Raises:
        SignupError: staff stopped newsletters to the address; nothing is changed then.
    """
    left = recipient.signups.filter(newsletter=newsletter, state=Signup.State.LEFT, confirmed_at__isnull=False)
    is_back = bool(left.update(**confirmed(at)))
    if recipient.signups.confirmed().filter(newsletter=newsletter).exists():
        is_back = stops.lift(recipient) or is_back
    if is_back:
        consents.note(recipient, newsletter, Kind.RETURNED, at)
    signs.note(recipient, at)


@transaction.atomic
def leave_all(recipient: Recipient, at: datetime) -> None:
    """Stop every newsletter to an address, also ones that are yet to be invented."""
    left = recipient.signups.exclude(state=Signup.State.LEFT).update(state=Signup.State.LEFT, left_at=at)
    if left or not recipient.suppressions.filter(stream=Stream.NEWSLETTERS).exists():
        consents.note(recipient, None, Kind.STOPPED, at)
    suppression.suppress(recipient, Stream.NEWSLETTERS, Suppression.Reason.ASKED, at)
    stop_offers(recipient, at)
    signs.note(recipient, at)


def stop_offers(recipient: Recipient, at: datetime) -> None:
    """Send no offers to come back any more; stopping twice is stopping once."""
    suppression.suppress(recipient, Stream.OFFERS, Suppression.Reason.ASKED, at)


def pause(recipient: Recipient, newsletter: Newsletter, until: date | None, at: datetime) -> bool:
    """Send nothing of a newsletter that somebody gets until that day; ``None`` ends a pause. It ends by itself. Whether
    they get it.

    Raises:
        SignupError: the day has come already, or is more than a year away.
    """
    if until is not None and not at.date() < until <= at.date() + LONGEST_PAUSE:
        raise SignupError(_("A pause ends on a day from tomorrow on, within a year. Choose another day."))
    is_held = recipient.signups.confirmed().filter(newsletter=newsletter).update(paused_until=until)
    signs.note(recipient, at)
    return bool(is_held)


def choose(
    recipient: Recipient,
    wanted: Mapping[Newsletter, date | None],
    offered: Iterable[Newsletter],
    consent: Consent,
    at: datetime,
    *,
    weekly: Container[int] = (),
) -> None:
    """Make the wanted ones of ``offered`` on, each paused until its day if it has one, and the others off. Those that
    are ``weekly``, by their keys, come as one letter a week. Who wants any lifts what stops them all.

    For somebody who proved that the mailbox is theirs.

    Raises:
        SignupError: a newly wanted list is for members, a day is none to pause until, or staff stopped newsletters to
            the address; nothing is changed then.
    """
    held = set(recipient.signups.confirmed().values_list("newsletter_id", flat=True))
    added = [newsletter for newsletter in wanted if newsletter.pk not in held]
    refuse_closed(added, recipient.user, at)
    with transaction.atomic():
        if wanted:
            join(recipient, wanted, consent, at)
        for newsletter, until in wanted.items():
            pause(recipient, newsletter, until, at)
            rhythm = Signup.Rhythm.WEEKLY if newsletter.pk in weekly else Signup.Rhythm.EVERY
            recipient.signups.confirmed().filter(newsletter=newsletter).update(rhythm=rhythm)
        kept = {newsletter.pk for newsletter in wanted}
        for newsletter in offered:
            if newsletter.pk in held and newsletter.pk not in kept:
                leave(recipient, newsletter, at, source=consent.source)
        signs.note(recipient, at)
