"""Journeys and those on them, for the tests, each made by one plain call."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from newsletters import signups
from newsletters.journeys import starting, stepping
from newsletters.models import Journey, JourneyLetter, Message, Newsletter, Recipient, Step, StepWords
from newsletters.signups import Consent
from tests.newsletters import builders
from tests.newsletters.builders import AT

DAY = timedelta(days=1)
CONSENT = Consent("/newsletters/", "We write to confirm first.")
_numbers = count(1)


def journey(*steps: dict[str, object], at: datetime = AT - DAY, **fields: object) -> Journey:
    """A running journey for what happens from ``at`` on; each of its steps is what is said of it."""
    number = next(_numbers)
    made = Journey.objects.create(
        **{"slug": f"journey-{number}", "name": f"Journey {number}", "occasion": "confirmed", **fields}
    )
    for position, said in enumerate(steps, start=1):
        step(made, **{"position": position, **said})
    starting.activate(made, at)
    made.refresh_from_db()
    return made


def step(journey: Journey, *, words: str = "Words", **fields: object) -> Step:
    """A letter of the editors' own words."""
    made = Step.objects.create(journey=journey, **fields)
    if words:
        StepWords.objects.create(step=made, language="en", subject=words, text=f"{words}, and more.\n\nThe end.")
    return made


def welcome(newsletter: Newsletter | None = None, **fields: object) -> Journey:
    """The three letters to who is new on a list: at once, after three days and after a week, at eight."""
    return journey(
        {"kind": "welcome_expect", "words": ""},
        {"kind": "welcome_archive", "words": "", "wait_days": 3},
        {"kind": "welcome_product", "words": "", "wait_days": 4, "condition": "others"},
        **{"newsletter": newsletter, "product": builders.pro(), **fields},
    )


def joins(newsletter: Newsletter, recipient: Recipient | None = None, at: datetime = AT) -> Recipient:
    recipient = recipient or builders.recipient()
    signups.join(recipient, [newsletter], CONSENT, at)
    return recipient


def tick(at: datetime) -> list[str]:
    """What two workers would do in a minute; the subjects they wrote, in order."""
    written = set(JourneyLetter.objects.values_list("pk", flat=True))
    for _again in range(2):
        starting.start_due(at)
        stepping.step_due(at)
    fresh = JourneyLetter.objects.exclude(pk__in=written).order_by("pk")
    return [letter_of(row).subject for row in fresh]


def letter_of(row: JourneyLetter) -> Message:
    assert row.step is not None
    return Message.objects.get(dedupe_key=f"{row.step.kind}:{row.run_id}:{row.step_id}")
