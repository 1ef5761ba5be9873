"""Begins journeys for whom something happened to, as the rows tell it.

Nothing has to be told here at the right moment: each look reads on from where the last one ended, with some overlap for
what was committed late, and a run that is there already is not begun twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from memberships.models import Entitlement
from memberships.querysets import EntitlementQuerySet
from memberships.readers import earliest
from newsletters import silence
from newsletters.journeys import contents, looking, stepping
from newsletters.models import Journey, Newsletter, Recipient, Run, Signup, SignupAct, Step
from newsletters.recipients import recipient_of

log = logging.getLogger(__name__)

# A transaction that wrote of a moment may be committed so much later.
OVERLAP = timedelta(hours=1)
_BATCH = 1000
# The silent are looked for once a day, and asked so many at a time.
MOST_ASKED = 1000
_OF_SILENCE = {Step.Kind.ASK, Step.Kind.END}
_IN_PERSON = [SignupAct.Kind.CONFIRMED, SignupAct.Kind.JOINED]


class JourneyError(Exception):
    """Why a journey cannot run, as a sentence for editors."""


@dataclass(frozen=True)
class Happened:
    """To whom it happened, about which list, what it was and when."""

    recipient: Recipient
    newsletter: Newsletter | None
    occasion: str
    at: datetime


def start_due(at: datetime) -> int:
    """Begin the runs of every journey; how many. One journey that fails does not hold up the others."""
    begun = 0
    for journey in Journey.objects.filter(is_active=True):
        try:
            begun += _started(journey.pk, at)
        except Exception:
            log.exception("the runs of journey %s cannot be begun", journey.slug)
    return begun


def activate(journey: Journey, at: datetime) -> None:
    """Let it run for what happens from now on: the first look is not to overlap with what was before.

    Raises:
        JourneyError: it has no letter, or one of which nobody has written the words.
    """
    steps = list(journey.steps.prefetch_related("words"))
    if not steps:
        raise JourneyError(_("It has no letter yet. Add one first."))
    if journey.occasion != Journey.Occasion.SILENT and any(step.kind in _OF_SILENCE for step in steps):
        raise JourneyError(_("Only a journey of the silent asks whether a list is wanted, and ends it."))
    if any(step.kind == Step.Kind.WORDS and contents.words_of(step, settings.LANGUAGE_CODE) is None for step in steps):
        raise JourneyError(
            _("A letter of your own words has none yet. Write them, in the language of the house at least.")
        )
    Journey.objects.filter(pk=journey.pk, is_active=False).update(is_active=True, seen_until=at + OVERLAP)


@transaction.atomic
def _started(pk: int, at: datetime) -> int:
    journeys = Journey.objects.select_for_update(skip_locked=True, of=("self",)).select_related("product", "newsletter")
    journey = journeys.filter(pk=pk, is_active=True).first()
    first = Step.objects.filter(journey=pk).in_order().first()
    if journey is None or journey.seen_until is None or first is None:
        return 0
    if journey.occasion == Journey.Occasion.SILENT and at.date() <= journey.seen_until.date():
        return 0
    runs: dict[int, Run] = {}
    for happened in _without_who_left(journey, _FOUND[journey.occasion](journey, journey.seen_until - OVERLAP, at)):
        runs.setdefault(happened.recipient.pk, _run(journey, first, happened))
    Run.objects.bulk_create(runs.values(), batch_size=_BATCH, ignore_conflicts=True)
    if journey.occasion != Journey.Occasion.SILENT or len(runs) < MOST_ASKED:
        Journey.objects.filter(pk=pk).update(seen_until=max(at, journey.seen_until))
    return len(runs)


def _run(journey: Journey, first: Step, happened: Happened) -> Run:
    run = Run(
        journey=journey,
        recipient=happened.recipient,
        newsletter=happened.newsletter,
        occasion=happened.occasion,
        started_at=happened.at,
        step=first,
    )
    run.due_at = stepping.due_after(happened.at, first, run)
    return run


def _confirmed(journey: Journey, since: datetime, at: datetime) -> Iterator[Happened]:
    """Who signed up in person. A list welcomes somebody once, and so does a journey for whichever list is the first."""
    theirs = Signup.objects.awake(at.date()).filter(recipient=OuterRef("recipient"), newsletter=OuterRef("newsletter"))
    welcomed = Run.objects.filter(journey=journey, recipient=OuterRef("recipient"))
    acts = SignupAct.objects.filter(Exists(theirs), ~Exists(welcomed), kind__in=_IN_PERSON, at__gt=since, at__lte=at)
    if journey.newsletter is not None:
        acts = acts.filter(newsletter=journey.newsletter)
    acts = acts.filter(newsletter__is_active=True).select_related("newsletter", "recipient__user")
    for act in acts.order_by("at", "newsletter__position", "pk"):
        yield Happened(act.recipient, act.newsletter, f"list:{journey.newsletter_id or 'first'}", act.at)


def _became(journey: Journey, since: datetime, at: datetime) -> Iterator[Happened]:
    """Whose own right began while they held none: who goes on, or reads by a team already, became nothing."""
    began = _rights_of(journey).live(at).filter(starts_at__gt=since)
    before = Entitlement.objects.filter(
        user=OuterRef("user"), product=journey.product, starts_at__lt=OuterRef("starts_at")
    )
    lasted = Q(ends_at__isnull=True) | Q(ends_at__gte=OuterRef("starts_at"))
    not_revoked = Q(revoked_at__isnull=True) | Q(revoked_at__gte=OuterRef("starts_at"))
    for right in began.filter(~Exists(before.filter(lasted, not_revoked))).order_by("starts_at", "pk"):
        yield from _of_right(right, right.starts_at, at)


def _ended(journey: Journey, since: datetime, at: datetime) -> Iterator[Happened]:
    """Whose own right ended, and who holds none by now."""
    over = (
        _rights_of(journey).annotate(over_at=Least("ends_at", "revoked_at")).filter(over_at__gt=since, over_at__lte=at)
    )
    for right in over.order_by("over_at", "pk"):
        for happened in _of_right(right, earliest(right.ends_at, right.revoked_at) or at, at):
            if not looking.holds(happened.recipient, journey.product, at):
                yield happened


def _silent(journey: Journey, since: datetime, at: datetime) -> Iterator[Happened]:
    """Of whom their list has heard nothing for long, unless they are being asked, or were since; one list at a time."""
    lists = Newsletter.objects.offered().filter(sunset_after__isnull=False)
    for newsletter in lists.filter(pk=journey.newsletter_id) if journey.newsletter_id else lists:
        asked = Run.objects.filter(journey=journey, recipient=OuterRef("recipient"))
        lately = asked.filter(newsletter=newsletter, started_at__gt=at - timedelta(days=newsletter.sunset_after or 0))
        quiet = silence.silent(newsletter, at).filter(~Exists(asked.running()), ~Exists(lately))
        for signup in quiet.select_related("recipient__user")[:MOST_ASKED]:
            yield Happened(signup.recipient, newsletter, f"list:{newsletter.pk}:{at.date().isoformat()}", at)


def _rights_of(journey: Journey) -> EntitlementQuerySet:
    rights = Entitlement.objects.filter(product=journey.product, user__is_active=True)
    return rights.exclude(source=Entitlement.Source.STAFF).select_related("user")


def _of_right(right: Entitlement, moment: datetime, at: datetime) -> Iterator[Happened]:
    if right.user is not None:
        yield Happened(recipient_of(right.user, at), None, f"right:{right.pk}", moment)


def _without_who_left(journey: Journey, found: Iterator[Happened]) -> Iterator[Happened]:
    """Who left a journey once is not put on it again, whatever happens."""
    left = Run.objects.filter(journey=journey, state=Run.State.LEFT)
    return (happened for happened in found if not left.filter(recipient=happened.recipient).exists())


_FOUND: dict[str, Callable[[Journey, datetime, datetime], Iterator[Happened]]] = {
    Journey.Occasion.CONFIRMED: _confirmed,
    Journey.Occasion.BECAME: _became,
    Journey.Occasion.ENDED: _ended,
    Journey.Occasion.SILENT: _silent,
}
