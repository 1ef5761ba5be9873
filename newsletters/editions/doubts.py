"""Copies of which nobody knows whether they arrived, until a person says what is to be taken for true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.digests import assigning
from newsletters.editions.steps import EditionError, note
from newsletters.models import Delivery, Edition, SendState, Tally
from newsletters.querysets import DeliveryQuerySet, EditionQuerySet


def take_as_arrived(edition: Edition, recipients: Sequence[int], actor: User, at: datetime) -> int:
    """Let these recipients' uncertain copies count as accepted; how many were still uncertain."""
    with transaction.atomic():
        settled = _uncertain(edition, recipients).update(state=SendState.ACCEPTED, settled_at=at)
        if settled:
            note("edition.copies taken as arrived", edition, actor, at, recipients=sorted(recipients))
    return settled


def send_again(edition: Edition, recipients: Sequence[int], actor: User, at: datetime) -> int:
    """Put these recipients' uncertain copies into the queue again, though they may have one; how many.

    An edition that was over is sent on, and whoever is written to again gets it as it was last corrected.

    Raises:
        EditionError: the edition is on no way that a copy could take.
    """
    with transaction.atomic():
        locked = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if locked.state not in {Edition.State.SENDING, Edition.State.SENT, Edition.State.HALTED}:
            raise EditionError(_("This edition is not being sent. Load the page again."))
        waits = {"state": SendState.QUEUED, "claim": None, "settled_at": None, "not_before": None, "reply": ""}
        corrected = locked.variants.filter(rendered_at__gt=locked.frozen_at or at).aggregate(newest=Max("number"))
        if corrected["newest"] and not locked.is_review:
            waits["variant"] = corrected["newest"]
        queued = _uncertain(locked, recipients).update(**waits)
        if locked.is_review:
            again = Delivery.objects.of_edition(locked).filter(recipient__in=recipients)
            assigning.carry_over(locked, again, at)
        if queued:
            Edition.objects.filter(pk=locked.pk, state=Edition.State.SENT).update(state=Edition.State.SENDING)
            note("edition.copies sent again", locked, actor, at, recipients=sorted(recipients))
    return queued


def in_doubt() -> EditionQuerySet:
    """Editions with copies in doubt."""
    doubts = Tally.objects.filter(state=SendState.UNCERTAIN, copies__gt=0)
    return Edition.objects.filter(pk__in=doubts.values("edition"))


def _uncertain(edition: Edition, recipients: Sequence[int]) -> DeliveryQuerySet:
    found = Delivery.objects.of_edition(edition)
    return found.filter(recipient__in=recipients, state=SendState.UNCERTAIN)
