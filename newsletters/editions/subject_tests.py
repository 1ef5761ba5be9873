"""Two subjects are tried on a sample; the rest waits, and gets the one that led more people into the letter."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from newsletters.editions import sampling
from newsletters.editions.sampling import FEWEST, FIRST, SECOND
from newsletters.editions.steps import EditionError
from newsletters.models import Delivery, Edition, SendState, SubjectTest
from newsletters.tracking import comparing
from newsletters.tracking.comparing import Reactions

log = logging.getLogger(__name__)


def try_subjects(edition: Edition, subject: str, share: int, waits: int) -> None:
    """Have a second subject tried on a share of the readers (percent) for so many minutes; an empty one: none.

    Raises:
        EditionError: it is being sent, or was, or no test is possible with it.
    """
    with transaction.atomic():
        locked = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
        if locked.frozen_at is not None:
            raise EditionError(_("This edition is on its way already. Its words were not changed."))
        if not subject:
            SubjectTest.objects.filter(edition=locked).delete()
            return
        why_not = sampling.obstacle(locked)
        if why_not:
            raise EditionError(why_not)
        wished = {"subject": subject, "share": share, "waits": waits}
        SubjectTest.objects.update_or_create(edition=locked, defaults=wished)


def decide_subjects(at: datetime) -> None:
    """Decide every test whose time has come. One whose edition is halted waits until that goes on."""
    due = SubjectTest.objects.filter(decided_at=None, decides_at__lte=at, edition__state=Edition.State.SENDING)
    for edition in due.values_list("edition", flat=True):
        try:
            decide(edition, at)
        except Exception:
            log.exception("the subject of edition %s cannot be decided", edition)


@transaction.atomic
def decide(edition: int, at: datetime) -> bool:
    """Decide the test of an edition that is being sent, and release the rest with the better subject; whether it was
    this call that did. What somebody else holds at the moment is left to them, and to the next time."""
    sending = Edition.objects.sending().filter(pk=edition)
    locked = sending.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if locked is None:
        return False
    reactions = comparing.by_variant(locked)
    first, second = (reactions.get(number, Reactions()) for number in (FIRST, SECOND))
    winner = better(first, second)
    is_ours = SubjectTest.objects.filter(edition=locked, decided_at=None, decides_at__lte=at).update(
        decided_at=at,
        winner=winner,
        first_clicked=first.clicked,
        second_clicked=second.clicked,
        first_opened=first.opened,
        second_opened=second.opened,
    )
    if is_ours:
        rest = Delivery.objects.of_edition(locked).filter(state=SendState.WAITING)
        rest.update(state=SendState.QUEUED, variant=winner)
        sending.update(sending_since=at)
    return bool(is_ours)


def better(first: Reactions, second: Reactions) -> int:
    """The variant that led more people on; the first where it is a draw, or too few did anything. Pure.

    Whoever followed a link has opened the letter.
    """
    is_telling = first.opened + second.opened >= FEWEST
    return SECOND if is_telling and (second.clicked, second.opened) > (first.clicked, first.opened) else FIRST
