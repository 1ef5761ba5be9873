"""What speaks against a letter of a journey, asked as it is written and once more as it is handed over."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from memberships.models import Product
from memberships.readers import reader_for
from newsletters.models import Journey, Message, Newsletter, Recipient, Run, Signup, Step, Stream

KINDS = frozenset(Step.Kind.values) - {Step.Kind.END}
Why, Condition, Occasion = Run.Why, Step.Condition, Journey.Occasion


def against(run: Run, at: datetime) -> Run.Why | None:
    """Why the run is over before its next letter, if it is."""
    if not run.journey.is_active:
        return Why.CLOSED
    if is_stopped(run.recipient, run.journey.stream):
        return Why.SUPPRESSED
    if run.newsletter is not None and (why := _against_list(run.recipient, run.newsletter, at)):
        return why
    return _against_standing(run, at)


def is_overtaken(message: Message, at: datetime) -> bool:
    """Whether the message is a letter of a journey and must not be handed over any more."""
    if message.kind not in KINDS:
        return False
    _kind, number, step_number = message.dedupe_key.split(":")
    runs = Run.objects.select_related("journey__product", "newsletter__product", "recipient__user")
    run, step = runs.filter(pk=number).first(), Step.objects.filter(pk=step_number).first()
    if run is None or step is None or run.recipient_id != message.recipient_id:
        return True
    if run.state in {Run.State.LEFT, Run.State.STOPPED}:
        return True
    return against(run, at) is not None or not is_for(step, run, at)


def is_for(step: Step, run: Run, at: datetime) -> bool:
    """Whether the letter is for somebody who stands as this one does."""
    if step.condition in {Condition.EVERYBODY, Condition.NOBODY}:
        return step.condition == Condition.EVERYBODY
    return holds(run.recipient, run.journey.product, at) == (step.condition == Condition.HOLDERS)


def holds(recipient: Recipient, product: Product | None, at: datetime) -> bool:
    """Whether the account behind the address holds the product, of its own or by a team."""
    return product is not None and reader_for(recipient.user, at).holds(product.slug, at)


def is_stopped(recipient: Recipient, stream: str) -> bool:
    """An offer is nobody's due: it goes to nobody who stopped any of our mail."""
    stopped = recipient.suppressions.all()
    return (stopped if stream == Stream.OFFERS else stopped.filter(stream=stream)).exists()


def zone_of(run: Run) -> str:
    """Where the reader is: as their account says, or else where the list is at home."""
    if run.recipient.user is not None:
        return run.recipient.user.time_zone
    return run.newsletter.time_zone if run.newsletter else settings.TIME_ZONE


def _against_list(recipient: Recipient, newsletter: Newsletter, at: datetime) -> Run.Why | None:
    signup = recipient.signups.confirmed().filter(newsletter=newsletter).first()
    if signup is None:
        return Why.LEFT
    if is_paused(signup, newsletter.day_at(at)):
        return Why.PAUSED
    if not newsletter.is_active:
        return Why.CLOSED
    return Why.NO_RIGHT if newsletter.product and not holds(recipient, newsletter.product, at) else None


def is_paused(signup: Signup, day: date) -> bool:
    return signup.paused_until is not None and signup.paused_until > day


def _against_standing(run: Run, at: datetime) -> Run.Why | None:
    """Who was silent must be so still, who became a member must be one still, who left must not have come back."""
    journey = run.journey
    if journey.occasion == Occasion.SILENT and (why := _against_asking(run)):
        return why
    is_holding = holds(run.recipient, journey.product, at)
    if journey.occasion == Occasion.BECAME and not is_holding:
        return Why.NO_RIGHT
    ends_with_it = journey.is_over_with_product or journey.occasion == Occasion.ENDED
    return Why.REACHED if ends_with_it and is_holding else None


def _against_asking(run: Run) -> Run.Why | None:
    """The list must have gone on listening since, and they must have gone on being silent."""
    since = run.newsletter.silence_since if run.newsletter else None
    if since is None or since > run.started_at:
        return Why.CLOSED
    heard_at = run.recipient.last_sign_at
    return Why.HEARD if heard_at is not None and heard_at > run.started_at else None
