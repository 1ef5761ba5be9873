"""Lists that ask the long silent whether they still want them, and end where no answer comes.

Silence is counted only where it could have been heard: from the day on which a list was told to, while editions
were accepted for a reader who did not pause it. Whether a letter was opened is no sign and no silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletters import consents, signs, signups
from newsletters.models import Delivery, Journey, Newsletter, Recipient, SendState, Signup, SignupAct, Step
from newsletters.signups import Consent, records, stops

ASKING = "still-wanted"
# Days in which an answer may come.
PATIENCE = 30
# So many editions at least were there to be heard about.
FEWEST_EDITIONS = 4
_ONCE_A_DAY = timedelta(days=1)


@transaction.atomic
def watch(newsletter: Newsletter, at: datetime) -> None:
    """Count silence on the list from now on, or no longer, by what its ``sunset_after`` says; not saved here.

    The letters that ask are a journey like any other, made when the first list wants it.
    """
    newsletter.silence_since = at if newsletter.sunset_after else None
    if newsletter.sunset_after is None:
        return
    values = {"name": "Do you still want it?", "occasion": Journey.Occasion.SILENT, "is_active": True, "seen_until": at}
    journey, is_new = Journey.objects.get_or_create(slug=ASKING, defaults=values)
    if is_new:
        Step.objects.create(journey=journey, position=1, kind=Step.Kind.ASK)
        Step.objects.create(journey=journey, position=2, kind=Step.Kind.END, wait_days=PATIENCE)


def silent(newsletter: Newsletter, at: datetime) -> QuerySet[Signup]:
    """Sign-ups of whom nothing was heard for as long as the list says, though all that time something could have been.

    Longest silent first.
    """
    if newsletter.sunset_after is None or newsletter.silence_since is None:
        return Signup.objects.none()
    begin = at - timedelta(days=newsletter.sunset_after)
    if newsletter.silence_since > begin:
        return Signup.objects.none()
    copies = Delivery.objects.filter(
        recipient=OuterRef("recipient"),
        edition__newsletter=newsletter,
        edition_on__gte=begin.date(),
        state=SendState.ACCEPTED,
    )
    # Somebody came here with an old consent, or to this address, or said something of the list.
    acts = SignupAct.objects.filter(recipient=OuterRef("recipient"), newsletter=newsletter, at__gt=begin)
    return (
        Signup.objects.awake(newsletter.day_at(at))
        .filter(
            ~Exists(acts),
            Q(recipient__last_sign_at__isnull=True) | Q(recipient__last_sign_at__lte=begin),
            Q(paused_until__isnull=True) | Q(paused_until__lte=begin.date()),
            Exists(copies.order_by("edition_on")[FEWEST_EDITIONS - 1 : FEWEST_EDITIONS]),
            newsletter=newsletter,
            confirmed_at__lte=begin,
        )
        .order_by("confirmed_at", "pk")
    )


@transaction.atomic
def keep(recipient: Recipient, newsletter: Newsletter, consent: Consent, at: datetime) -> None:
    """They say that they want it: a consent that is written down, or what brings it back where it was ended.

    Raises:
        SignupError: staff stopped newsletters to the address; nothing is changed then.
    """
    if recipient.signups.confirmed().filter(newsletter=newsletter).exists():
        said = SignupAct.objects.filter(recipient=recipient, newsletter=newsletter, kind=SignupAct.Kind.KEPT)
        if not said.filter(at__gt=at - _ONCE_A_DAY).exists():
            records.note(recipient, newsletter, SignupAct.Kind.KEPT, consent, at)
        stops.lift(recipient)
    else:
        signups.rejoin(recipient, newsletter, at)
    signs.note(recipient, at)


@transaction.atomic
def end(recipient: Recipient, newsletter: Newsletter, at: datetime) -> None:
    """Stop what nobody answered for; the link of the letter that asked brings it back by one press."""
    held = recipient.signups.awake(newsletter.day_at(at)).filter(newsletter=newsletter)
    if held.update(state=Signup.State.LEFT, left_at=at):
        consents.note(recipient, newsletter, SignupAct.Kind.SUNSET, at)
