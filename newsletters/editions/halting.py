"""The presses are stopped, and then go on: as it was, corrected, or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.digests import assigning
from newsletters.editions import sampling
from newsletters.editions.steps import EditionError, fix_words, has_stories, note
from newsletters.models import Delivery, Edition, SendState
from newsletters.preflight.checking import UnfitError
from newsletters.rendering import RenderingError

_WAITS = (SendState.WAITING, SendState.QUEUED)


def halt(edition: Edition, actor: User, at: datetime) -> None:
    """Stop the presses: from now on no further copy is begun. What is being handed over at this moment goes.

    Raises:
        EditionError: it is not being sent.
    """
    if not Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING).update(state=Edition.State.HALTED):
        raise EditionError(_("This edition is not being sent. Load the page again."))
    note("edition.halted", edition, actor, at)


def resume(edition: Edition, actor: User, at: datetime) -> None:
    """Go on with a halted edition where it stopped, with the words it had.

    Raises:
        EditionError: it is not halted, or a correction of these words went out: nobody would correct it for the rest.
    """
    with transaction.atomic():
        halted = _halted(edition)
        newest: int = halted.variants.aggregate(newest=Max("number"))["newest"] or 0
        corrections = halted.corrections.filter(kind=Edition.Kind.CORRECTION, frozen_at__isnull=False)
        if corrections.filter(corrects_up_to__gte=newest).exists():
            why_not = _("Those who have it were sent a correction. Send the rest the corrected one, or nothing.")
            raise EditionError(why_not)
        Edition.objects.filter(pk=halted.pk).update(state=Edition.State.SENDING, sending_since=at)
        note("edition.resumed", halted, actor, at)


def send_corrected(edition: Edition, actor: User, at: datetime) -> None:
    """Go on with a halted edition as it reads now. Who has it already keeps, in the ledger too, what they got.

    Raises:
        EditionError: it is not halted, cannot be rendered, has a problem, or copies are being handed over at this
            moment.
    """
    with transaction.atomic():
        halted = _halted(edition)
        if not has_stories(halted, at):
            raise EditionError(_("None of its stories can be read. Choose others, or leave the rest out."))
        newest: int = halted.variants.aggregate(newest=Max("number"))["newest"] or 0
        try:
            fix_words(halted, newest + 1, at)
        except (RenderingError, UnfitError) as error:
            raise EditionError(str(error)) from error
        waiting = Delivery.objects.of_edition(halted).filter(state__in=_WAITS)
        if halted.is_review:
            assigning.carry_over(halted, waiting, at)
        else:
            waiting.update(variant=newest + 1, state=SendState.QUEUED)
            sampling.end(halted, at)
        _nothing_in_hand(halted, Q(variant__lte=newest))
        Edition.objects.filter(pk=halted.pk).update(state=Edition.State.SENDING, sending_since=at)
        note("edition.sent corrected", halted, actor, at, variant=newest + 1)


def leave_rest_out(edition: Edition, actor: User, at: datetime) -> int:
    """End a halted edition for whoever has not got it: their copies stay in the ledger as halted. How many.

    Raises:
        EditionError: it is not halted, or copies are being handed over at this moment.
    """
    with transaction.atomic():
        halted = _halted(edition)
        waiting = Delivery.objects.of_edition(halted).filter(state__in=_WAITS)
        number = waiting.update(state=SendState.HALTED, settled_at=at, reply=_("The editors left the rest out."))
        _nothing_in_hand(halted, Q())
        sampling.end(halted, at)
        Edition.objects.filter(pk=halted.pk).update(state=Edition.State.SENT, sent_at=at)
        note("edition.rest left out", halted, actor, at, copies=number)
    return number


def _halted(edition: Edition) -> Edition:
    """The edition, locked."""
    found = Edition.objects.select_for_update(of=("self",)).select_related("newsletter")
    halted = found.filter(pk=edition.pk, state=Edition.State.HALTED).first()
    if halted is None:
        raise EditionError(_("This edition is not halted. Load the page again."))
    return halted


def _nothing_in_hand(edition: Edition, left: Q) -> None:
    """Refuse while a worker holds copies that may come back to the queue as they were.

    Asked after the queue was changed: what was claimed before still is, or waits again unchanged (``left``).
    """
    copies = Delivery.objects.of_edition(edition)
    waiting = copies.filter(left, state=SendState.QUEUED)
    if copies.filter(state=SendState.CLAIMED).exists() or waiting.exists():
        raise EditionError(
            _(
                "Some copies are being handed over at this moment. Try again in a few seconds; "
                "if a sender died in the middle, it takes ten minutes."
            )
        )
