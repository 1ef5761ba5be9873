"""Sends the waiting copies of an edition: each variant is encoded once and filled for every reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from email.utils import parseaddr
from itertools import groupby
from operator import attrgetter

from django.conf import settings

from newsletters.delivery import claim, copies, dkim, mime
from newsletters.delivery.assembling import Reviews
from newsletters.delivery.claim import Now
from newsletters.delivery.copies import Copy
from newsletters.delivery.dispatch import Load, Transport
from newsletters.delivery.outcomes import Verdict
from newsletters.delivery.stencils import Sheet, Stencil
from newsletters.models import Edition, Variant
from newsletters.substitution import Places

# How many variants one sender keeps ready; a review has thousands, and each is some hundred kilobytes.
MOST_STENCILS = 32
# How many copies of a review one claim holds: a provider is called for each variant, and a claim lives ten minutes.
MOST_REVIEWS = 25

# Stencils by the numbers of variants, those that are asked for among them.
StencilsOf = Callable[[Collection[int]], Mapping[int, Stencil]]


def send_window(
    transport: Transport, edition: Edition, stencils_of: StencilsOf, now: Now, *, after: int = 0
) -> int | None:
    """Hand over the next copies that wait, of recipients behind ``after``.

    Answers the last recipient looked at; None when nobody waits behind, or when it makes no sense to go on at once.
    """
    limit = min(transport.window, MOST_REVIEWS) if edition.is_review else transport.window
    window, last = copies.take(edition, now(), limit=limit, after=after)
    if window is None:
        return last
    window = replace(window, copies=sorted(window.copies, key=attrgetter("variant")))
    loads = _loads(transport, stencils_of, window.copies)
    if not claim.begin(window.claim, now(), edition=edition):
        copies.give_back(edition, window)
        return None
    outcomes = [outcome for load in loads for outcome in load()]
    copies.record(edition, window, outcomes, now())
    return None if any(outcome.verdict is Verdict.LINE_DOWN for outcome in outcomes) else last


def stencils_of(edition: Edition) -> StencilsOf:
    """The edition's variants, each ready to be filled."""
    stencil_of = _making(edition)
    kept: dict[int, Stencil] = {}

    def ready(numbers: Collection[int]) -> Mapping[int, Stencil]:
        missing = set(numbers) - kept.keys()
        if missing:
            for number in list(kept) if len(kept) + len(missing) > MOST_STENCILS else []:
                if number not in numbers:
                    del kept[number]
            found = Variant.objects.filter(edition=edition, number__in=missing)
            kept.update((variant.number, stencil_of(variant)) for variant in found)
        return kept

    return ready


def _making(edition: Edition) -> Callable[[Variant], Stencil]:
    signer, places = dkim.signer(), Places.of(edition)
    if edition.is_review:
        language, subject = edition.newsletter.language, edition.subject
        return Reviews(edition, sheet_of(edition, Variant(language=language, subject=subject)), places, signer).stencil
    return lambda variant: Stencil(sheet_of(edition, variant), places, signer)


def sheet_of(edition: Edition, variant: Variant) -> Sheet:
    """A variant as a letter, with all that its headers say."""
    newsletter = edition.newsletter
    return Sheet(
        edition=edition.public_id,
        number=variant.number,
        sender=mime.mailbox(newsletter.from_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        subject=variant.subject,
        text=variant.text,
        html=variant.html,
        written_at=edition.frozen_at or edition.due_at,
        reply_to=newsletter.reply_to,
        headers={
            "List-Id": f"<{newsletter.slug}.{settings.MESSAGE_ID_DOMAIN}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # Gmail tells complaint rates by each of the first three; what is new every day it tells nothing about.
            "Feedback-ID": f"{newsletter.slug}:{edition.kind}:newsletters:{settings.MESSAGE_ID_DOMAIN}",
            "Content-Language": variant.language,
        },
    )


def _loads(transport: Transport, stencils_of: StencilsOf, held: Sequence[Copy]) -> list[Load]:
    """The copies in their order, which is that of their variants."""
    stencils = stencils_of({copy.variant for copy in held})
    return transport.loads(
        [(stencils[number], list(group)) for number, group in groupby(held, key=attrgetter("variant"))]
    )
