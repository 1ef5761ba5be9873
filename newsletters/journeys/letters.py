"""The letters of journeys as messages of the ledger: laid out in one way, left by one click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation

from newsletters import tokens
from newsletters.addresses import absolute_url
from newsletters.delivery import ledger, mime
from newsletters.journeys import contents, looking
from newsletters.models import Message, Run, SendState, Step, Stream
from newsletters.recipients import language_of
from newsletters.rendering import Rendered, render


@dataclass(frozen=True)
class WaysOut:
    """The link that stops what the letter belongs to, and the page with everything the reader gets."""

    stop_url: str
    preferences_url: str


def write(run: Run, step: Step, at: datetime) -> Message | None:
    """The letter of a step to whom the run is about, once; None where there is nothing to say."""
    ways = ways_out_of(run)
    content = rendered(run, step, ways, at)
    if content is None:
        return None
    newsletter = run.newsletter
    name = newsletter.from_name if newsletter else settings.SITE_NAME
    return ledger.write(
        step.kind,
        run.recipient,
        content,
        dedupe_key=ledger.key(step.kind, f"{run.pk}:{step.pk}"),
        at=at,
        from_email=mime.mailbox(name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        reply_to=newsletter.reply_to if newsletter else settings.CONTACT_EMAIL,
        stream=Stream(run.journey.stream),
        headers={
            "List-Unsubscribe": f"<{ways.stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def was_asked(run: Run) -> bool:
    """Whether the next server took the letter that asks. One in doubt may never have come."""
    about = ledger.key(Step.Kind.ASK, f"{run.pk}:")
    asked = Message.objects.filter(recipient=run.recipient, kind=Step.Kind.ASK, dedupe_key__startswith=about)
    return asked.filter(state=SendState.ACCEPTED).exists()


def rendered(run: Run, step: Step, ways: WaysOut, at: datetime) -> Rendered | None:
    """The letter as it would be written now.

    Raises:
        RenderingError: when its templates are broken.
    """
    language = run.newsletter.language if run.newsletter else language_of(run.recipient)
    with translation.override(language):
        piece = contents.piece_of(step, run, language, at)
    if piece is None:
        return None
    context = {"piece": piece, "newsletter": run.newsletter, "product": run.journey.product, "ways": ways}
    return render("journey", context, language=language, time_zone=looking.zone_of(run))


def ways_out_of(run: Run) -> WaysOut:
    """By the list the letter is about; else by the journey, or by all offers where it is one."""
    reader, newsletter = run.recipient.public_id, run.newsletter
    if run.journey.stream == Stream.OFFERS:
        stop = absolute_url("offers_stop", tokens.for_offers(reader))
    elif newsletter is not None:
        stop = absolute_url("unsubscribe", tokens.for_unsubscribing(reader, newsletter.pk))
    else:
        stop = absolute_url("journey_stop", tokens.for_journey(reader, run.journey_id))
    return WaysOut(stop, absolute_url("preferences", tokens.for_preferences(reader)))
