"""Who gets which newsletter: asked for, confirmed from their own mailbox, left again.

A sign-up becomes real only when the owner of the mailbox says so: by the button behind the link we mail, or because
they are signed in with that very address, which they have proved.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.models.taxonomy import Access
from memberships.access import Reader
from memberships.models import User
from memberships.readers import reader_for
from newsletters import consents, messages, signs, suppression, tokens
from newsletters.consents import Proof
from newsletters.models import Journey, Newsletter, Recipient, Signup, SignupAct, Stream, Suppression
from newsletters.recipients import recipient_for

ASK_AGAIN_AFTER = timedelta(hours=1)
CONFIRMATION_LASTS = timedelta(days=30)
LONGEST_PAUSE = timedelta(days=366)
Kind = SignupAct.Kind


class SignupError(Exception):
    """Why somebody cannot sign up or leave like this, as a sentence for them."""


@dataclass(frozen=True)
class Consent:
    """Where and under which words somebody agreed, and from which network address: kept as proof."""

    source: str
    text: str
    address: str = ""

    @property
    def address_hash(self) -> str:
        return consents.hash_of(self.address)


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


def refuse_closed(newsletters: Iterable[Newsletter], user: User | None, at: datetime) -> None:
    """Raises SignupError when a list is for accounts, or for holders of a product that ``user`` does not hold."""
    closed = [newsletter for newsletter in newsletters if newsletter.access != Access.FREE]
    if not closed:
        return
    reader = reader_for(user, at)
    for newsletter in closed:
        if not is_open_to(newsletter, reader, at):
            raise SignupError(_what_it_takes(newsletter, user))


def is_open_to(newsletter: Newsletter, reader: Reader, at: datetime) -> bool:
    """Whether the reader may choose the list."""
    if newsletter.product is not None:
        return reader.holds(newsletter.product.slug, at)
    return reader.is_signed_in or not newsletter.needs_account


def _what_it_takes(newsletter: Newsletter, user: User | None) -> str:
    if newsletter.product is None:
        return _("“%(newsletter)s” is for readers with an account. Sign in, or create one, to choose it.") % {
            "newsletter": newsletter.name
        }
    names = {"newsletter": newsletter.name, "product": newsletter.product.name}
    if user:
        return _("“%(newsletter)s” is part of %(product)s. Start a membership first, then choose it here.") % names
    return _("“%(newsletter)s” is part of %(product)s. Sign in as a member to choose it.") % names


def pending(token: str, at: datetime) -> tuple[Recipient, list[Newsletter]]:
    """Whose confirmation a link is for, and of which newsletters.

    Raises:
        SignupError: the link is damaged, too old, or about nobody.
    """
    try:
        confirmation = tokens.read_confirming(token)
    except tokens.BadToken:
        raise SignupError(_damaged()) from None
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
        SignupError: as :func:`pending`, or when a list is closed to the person by now, or all of it was left since.
    """
    recipient, newsletters = pending(token, at)
    refuse_closed(newsletters, recipient.user, at)
    for newsletter in newsletters:
        if recipient.signups.filter(newsletter=newsletter, state=Signup.State.PENDING).update(**_confirmed(at)):
            consents.note(recipient, newsletter, Kind.CONFIRMED, at, address_hash=consents.hash_of(address))
    held = set(recipient.signups.confirmed().filter(newsletter__in=newsletters).values_list("newsletter_id", flat=True))
    if not held:
        raise SignupError(_("You have left since this link was sent. Sign up again if you want it back."))
    suppression.lift(recipient)
    signs.note(recipient, at)
    return [newsletter for newsletter in newsletters if newsletter.pk in held]


@transaction.atomic
def join(recipient: Recipient, newsletters: Iterable[Newsletter], consent: Consent, at: datetime) -> None:
    """Sign up an address whose owner is here in person. What they have already stays as it is."""
    for newsletter in newsletters:
        signup, is_new = Signup.objects.get_or_create(
            recipient=recipient, newsletter=newsletter, defaults={**_asked(consent, at), **_confirmed(at)}
        )
        others = Signup.objects.filter(pk=signup.pk).exclude(state=Signup.State.CONFIRMED)
        if is_new or others.update(**_asked(consent, at), **_confirmed(at)):
            _note(recipient, newsletter, Kind.JOINED, consent, at)
    suppression.lift(recipient)
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
    said = {**_asked(consent, proof.asked_at), "address_hash": proof.address_hash, "confirmed_at": since}
    chosen = {"state": Signup.State.CONFIRMED} if wants else {"state": Signup.State.LEFT, "left_at": at}
    for newsletter in newsletters:
        _signup, is_new = Signup.objects.get_or_create(
            recipient=recipient, newsletter=newsletter, defaults={**said, **chosen}
        )
        if is_new:
            _note(recipient, newsletter, Kind.IMPORTED if wants else Kind.LEFT, consent, at, proof)


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
    """Undo a leave. Only what was confirmed before comes back; anything else has to be confirmed first."""
    left = recipient.signups.filter(newsletter=newsletter, state=Signup.State.LEFT, confirmed_at__isnull=False)
    if left.update(**_confirmed(at)):
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


def pause(recipient: Recipient, newsletter: Newsletter, until: date | None, at: datetime) -> None:
    """Send nothing of a newsletter that somebody gets until that day; ``None`` ends a pause. It ends by itself.

    Raises:
        SignupError: the day has come already, or is more than a year away.
    """
    if until is not None and not at.date() < until <= at.date() + LONGEST_PAUSE:
        raise SignupError(_("A pause ends on a day from tomorrow on, within a year. Choose another day."))
    recipient.signups.confirmed().filter(newsletter=newsletter).update(paused_until=until)
    signs.note(recipient, at)


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
    are ``weekly``, by their keys, come as one letter a week.

    For somebody who proved that the mailbox is theirs.

    Raises:
        SignupError: a newly wanted list is for members, or a day is none to pause until; nothing is changed then.
    """
    held = set(recipient.signups.confirmed().values_list("newsletter_id", flat=True))
    added = [newsletter for newsletter in wanted if newsletter.pk not in held]
    refuse_closed(added, recipient.user, at)
    with transaction.atomic():
        if added:
            join(recipient, added, consent, at)
        for newsletter, until in wanted.items():
            pause(recipient, newsletter, until, at)
            rhythm = Signup.Rhythm.WEEKLY if newsletter.pk in weekly else Signup.Rhythm.EVERY
            recipient.signups.confirmed().filter(newsletter=newsletter).update(rhythm=rhythm)
        kept = {newsletter.pk for newsletter in wanted}
        for newsletter in offered:
            if newsletter.pk in held and newsletter.pk not in kept:
                leave(recipient, newsletter, at, source=consent.source)
        signs.note(recipient, at)


def behind_unsubscribing(token: str) -> tuple[Recipient, Newsletter]:
    """Whom and what an unsubscribe link is about. Raises SignupError."""
    try:
        public_id, number = tokens.read_unsubscribing(token)
        return Recipient.objects.get(public_id=public_id), Newsletter.objects.get(pk=number)
    except (tokens.BadToken, Recipient.DoesNotExist, Newsletter.DoesNotExist):
        raise SignupError(_damaged()) from None


def behind_offers(token: str) -> Recipient:
    """Whom a link that stops offers is about. Raises SignupError."""
    try:
        return Recipient.objects.select_related("user").get(public_id=tokens.read_offers(token))
    except (tokens.BadToken, Recipient.DoesNotExist):
        raise SignupError(_damaged()) from None


def behind_preferences(token: str) -> Recipient:
    """Whom a preferences link is about. Raises SignupError."""
    try:
        return Recipient.objects.select_related("user").get(public_id=tokens.read_preferences(token))
    except (tokens.BadToken, Recipient.DoesNotExist):
        raise SignupError(_damaged()) from None


def behind_keeping(token: str) -> tuple[Recipient, Newsletter]:
    """Whom and what a link is about by which somebody still wants a list. Raises SignupError."""
    try:
        public_id, number = tokens.read_keeping(token)
        recipient = Recipient.objects.select_related("user").get(public_id=public_id)
        return recipient, Newsletter.objects.get(pk=number)
    except (tokens.BadToken, Recipient.DoesNotExist, Newsletter.DoesNotExist):
        raise SignupError(_damaged()) from None


def behind_journey(token: str) -> tuple[Recipient, Journey]:
    """Whom and what a link that stops a journey is about. Raises SignupError."""
    try:
        public_id, number = tokens.read_journey(token)
        recipient = Recipient.objects.select_related("user").get(public_id=public_id)
        return recipient, Journey.objects.get(pk=number)
    except (tokens.BadToken, Recipient.DoesNotExist, Journey.DoesNotExist):
        raise SignupError(_damaged()) from None


def _ask(recipient: Recipient, newsletter: Newsletter, consent: Consent, at: datetime) -> bool:
    """Note the wish; whether the mailbox has to be asked about it now."""
    signup, is_new = Signup.objects.get_or_create(
        recipient=recipient, newsletter=newsletter, defaults={**_asked(consent, at), "state": Signup.State.PENDING}
    )
    stale = Signup.objects.filter(pk=signup.pk).exclude(state=Signup.State.CONFIRMED)
    stale = stale.exclude(state=Signup.State.PENDING, requested_at__gt=at - ASK_AGAIN_AFTER)
    if not is_new and not stale.update(**_asked(consent, at), state=Signup.State.PENDING):
        return False
    _note(recipient, newsletter, Kind.ASKED, consent, at)
    return True


def _note(
    recipient: Recipient,
    newsletter: Newsletter,
    kind: SignupAct.Kind,
    consent: Consent,
    at: datetime,
    proof: Proof | None = None,
) -> None:
    consents.note(
        recipient,
        newsletter,
        kind,
        at,
        source=consent.source,
        words=consent.text,
        address_hash=proof.address_hash if proof else consent.address_hash,
        proof=proof.kept if proof else None,
    )


def _asked(consent: Consent, at: datetime) -> dict[str, object]:
    return {
        "requested_at": at,
        "source": consent.source[:200],
        "consent_text": consent.text,
        "address_hash": consent.address_hash,
    }


def _confirmed(at: datetime) -> dict[str, object]:
    return {
        "state": Signup.State.CONFIRMED,
        "confirmed_at": at,
        "left_at": None,
        "paused_until": None,
        "rhythm": Signup.Rhythm.EVERY,
    }


def _damaged() -> str:
    return _("This link is damaged. Copy all of it from the message into the address line, or use your account page.")
