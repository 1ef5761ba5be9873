"""Sends the waiting copies of an edition: each variant is encoded once and filled for every reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from email.utils import parseaddr
from functools import partial
from itertools import groupby

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
from newsletters.tracking import links

# How many variants one sender keeps ready; a review has thousands, and each is some hundred kilobytes.
MOST_STENCILS = 32
# How many copies of a review one claim holds: a provider is called for each variant, and a claim lives ten minutes.
MOST_REVIEWS = 25

# The number of a variant, and whether its reader is counted.
Letter = tuple[int, bool]
# The stencils of letters, those that are asked for among them.
StencilsOf = Callable[[Collection[Letter]], Mapping[Letter, Stencil]]


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
    letter_of = _letters_of(edition)
    window = replace(window, copies=sorted(window.copies, key=letter_of))
    loads = _loads(transport, stencils_of, window.copies, letter_of)
    if not claim.begin(window.claim, now(), edition=edition):
        copies.give_back(edition, window)
        return None
    outcomes = [outcome for load in loads for outcome in load()]
    copies.record(edition, window, outcomes, now())
    return None if any(outcome.verdict is Verdict.LINE_DOWN for outcome in outcomes) else last


def stencils_of(edition: Edition) -> StencilsOf:
    """The edition's variants, each ready to be filled: for who is counted, and for who is not."""
    stencil_of = _making(edition)
    kept: dict[Letter, Stencil] = {}

    def ready(letters: Collection[Letter]) -> Mapping[Letter, Stencil]:
        missing = set(letters) - kept.keys()
        if missing:
            for letter in list(kept) if len(kept) + len(missing) > MOST_STENCILS else []:
                if letter not in letters:
                    del kept[letter]
            found = Variant.objects.filter(edition=edition, number__in={number for number, _is_counted in missing})
            variants = {variant.number: variant for variant in found}
            kept.update((letter, stencil_of(variants[letter[0]], letter[1])) for letter in missing)
        return kept

    return ready


def _making(edition: Edition) -> Callable[[Variant, bool], Stencil]:
    signer, places, targets = dkim.signer(), Places.of(edition), links.of(edition.pk)
    led = {is_counted: partial(links.led, targets, is_counted=is_counted) for is_counted in (True, False)}
    if edition.is_review:
        sheet = sheet_of(edition, Variant(language=edition.newsletter.language))
        reviews = {is_counted: Reviews(edition, sheet, places, signer, led[is_counted]) for is_counted in led}
        return lambda variant, is_counted: reviews[is_counted].stencil(variant)

    def stencil(variant: Variant, is_counted: bool) -> Stencil:
        sheet = sheet_of(edition, variant)
        text, html = led[is_counted](sheet.text, sheet.html)
        return Stencil(replace(sheet, text=text, html=html), places, signer)

    return stencil


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


def _letters_of(edition: Edition) -> Callable[[Copy], Letter]:
    return lambda copy: (copy.variant, copy.is_counted and edition.is_counted)


def _loads(
    transport: Transport, stencils_of: StencilsOf, held: Sequence[Copy], letter_of: Callable[[Copy], Letter]
) -> list[Load]:
    """The copies in their order, which is that of their letters."""
    stencils = stencils_of(set(map(letter_of, held)))
    return transport.loads([(stencils[letter], list(group)) for letter, group in groupby(held, key=letter_of)])
