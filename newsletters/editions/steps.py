"""The steps of an edition up to its last copy."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from memberships import alerts, audit
from memberships.models import Alert, User
from newsletters import audience
from newsletters.delivery import copies
from newsletters.digests import assigning, pool, printing
from newsletters.editions import sampling
from newsletters.editions.periods import is_covered, leave_earlier_out
from newsletters.models import Delivery, Edition, SendState, Variant
from newsletters.preflight.checking import UnfitError, insist
from newsletters.presenting import render_edition
from newsletters.querysets import EditionQuerySet
from newsletters.rendering import RenderingError
from newsletters.tracking import keeping, links

log = logging.getLogger(__name__)

# What an editor may let go out.
_WAITING = (Edition.State.COMPOSED, Edition.State.HELD)
_ON_ITS_WAY = (Edition.State.SENDING, Edition.State.SENT)
# What more people are getting, or still are to get.
_COMING = (SendState.CLAIMED, SendState.QUEUED, SendState.WAITING)

TOO_OLD = gettext_lazy("This edition is too old. Who opens it now is not written down any more.")


class EditionError(Exception):
    """Why an edition cannot take a step, as a sentence for the editor."""


def reword(edition: Edition, words: Mapping[str, str]) -> None:
    """Change subject, preview line or introduction.

    Raises:
        EditionError: it is being sent, or was.
    """
    still_open = Edition.objects.filter(pk=edition.pk).exclude(state__in=_ON_ITS_WAY)
    is_reworded = edition.is_reworded or bool({"subject", "preheader"} & words.keys())
    if words and not still_open.update(**words, is_reworded=is_reworded):
        raise EditionError(_("This edition is on its way already. Its words were not changed."))


def approve(edition: Edition, actor: User, at: datetime, *, though_late: bool = False) -> None:
    """Let a composed edition go out at its moment, or now if that has passed; one that was held back is tried again.

    Raises:
        EditionError: it is not waiting for approval, has no story, repeats what went out meanwhile, or is later than
            its list allows and nobody said that it goes out all the same.
    """
    _require_content(edition)
    if is_late(edition, at) and not though_late:
        raise EditionError(lateness_in_words(edition))
    with transaction.atomic():
        if edition.is_primary:
            _step_over_earlier(edition, at)
        waiting = Edition.objects.filter(pk=edition.pk, state__in=_WAITING)
        if not waiting.update(state=Edition.State.APPROVED, held_because="", may_be_late=though_late):
            raise EditionError(_("This edition is not waiting for approval any more. Load the page again."))
        note("edition.approved", edition, actor, at, though_late=though_late)


def approve_late(edition: Edition, actor: User, at: datetime) -> None:
    """Let it go out however late it is. Raises EditionError as approving does."""
    approve(edition, actor, at, though_late=True)


def leave_out(edition: Edition, actor: User, at: datetime) -> None:
    """Have an edition not go out at all. The next one of its list takes its stories.

    Raises:
        EditionError: it is being sent, or was.
    """
    unsent = Edition.objects.filter(pk=edition.pk, state__in=[*_WAITING, Edition.State.APPROVED])
    if not unsent.update(state=Edition.State.LEFT_OUT):
        raise EditionError(_("This edition is on its way already. Load the page again."))
    note("edition.left out", edition, actor, at)


def waiting(at: datetime) -> EditionQuerySet:
    """Editions about which nothing happens until somebody decides."""
    overdue = Q(state=Edition.State.COMPOSED, due_at__lte=at)
    return Edition.objects.filter(overdue | Q(state__in=[Edition.State.HELD, Edition.State.HALTED]))


def settle_alerts(at: datetime) -> None:
    """Staff need not be told any more of what somebody has decided about."""
    held = Edition.objects.filter(state=Edition.State.HELD).values_list("public_id", flat=True)
    alerts.settle_all_but(Alert.Kind.EDITION_HELD, map(str, held), at)


def is_late(edition: Edition, at: datetime) -> bool:
    """Whether it is later than its list allows. What follows another edition never is."""
    most = timedelta(hours=edition.newsletter.most_late)
    return edition.parent_id is None and at - edition.due_at > most


def lateness_in_words(edition: Edition) -> str:
    due_at = edition.due_at.astimezone(ZoneInfo(edition.newsletter.time_zone))
    return _("It was due on %(day)s at %(time)s. Send it anyway, or leave it out.") % {
        "day": date_format(due_at, "j F"),
        "time": date_format(due_at, "H:i"),
    }


def freeze(edition: Edition, at: datetime) -> bool:
    """Fix what the edition says and who gets it, and begin to send; false when it is not (any more) ours to freeze.

    One whose stories have all been withdrawn meanwhile is not sent; one that cannot be rendered, has a problem, or
    could not be sent in its time, is held back.
    """
    with transaction.atomic():
        locked = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
        if locked.state != Edition.State.APPROVED or locked.due_at > at or _may_grow(locked):
            return False
        if not has_stories(locked, at):
            Edition.objects.filter(pk=locked.pk).update(state=Edition.State.EMPTY)
            return False
        too_late = _too_late(locked, at)
        if too_late:
            _hold(locked, too_late, at)
            return False
        test = sampling.test_of(locked)
        try:
            # All or none: what is held back is frozen anew, and its first words are written then.
            with transaction.atomic():
                for number, printed in sampling.printings(locked, test):
                    fix_words(printed, number, at)
        except (RenderingError, UnfitError) as error:
            _hold(locked, str(error), at)
            return False
        size = audience.freeze(locked, at, test.share if test else 0)
        if test:
            sampling.begin(test, size, at)
        if locked.is_review:
            assigning.assign(locked, pool.slate_for(locked, at), at)
        is_counted = sampling.will_be_counted(locked)
        Edition.objects.filter(pk=locked.pk).update(
            state=Edition.State.SENDING,
            audience_size=size,
            frozen_at=at,
            sending_since=at,
            is_counted=is_counted,
            uncounted=audience.uncounted(locked) if is_counted else None,
        )
    return True


def finish(edition: Edition, at: datetime) -> bool:
    """Call the edition sent once no copy waits or is being handed over; whether it is.

    Under its lock: a person who sends a copy again takes it too, so that none begins to wait after it was looked.
    """
    with transaction.atomic():
        sending = Edition.objects.sending().filter(pk=edition.pk)
        if not sending.select_for_update().exists() or not copies.are_settled(edition):
            return False
        sending.update(state=Edition.State.SENT, sent_at=at)
    return True


def has_stories(edition: Edition, at: datetime) -> bool:
    """Whether any story of the edition can be read; a correction is worth its letter without one."""
    is_correction = edition.kind == Edition.Kind.CORRECTION
    published = Article.objects.published(at).values("pk")
    return is_correction or edition.items.shown().filter(article__in=published).exists()


def fix_words(edition: Edition, number: int, at: datetime) -> None:
    """Write down what the edition says to those of its readers who get this variant; of a review, what it and all
    variants behind it are assembled of.

    Raises:
        RenderingError: a template is broken.
        UnfitError: something is wrong with the letter.
    """
    with transaction.atomic():
        if edition.is_review:
            printing.fix(edition, pool.slate_for(edition, at), number, at)
            return
        content = render_edition(edition, at)
        insist(edition, content, at)
        ((text, html),) = links.fix(edition, [(content.text, content.html)])
    published = Article.objects.published(at).filter(edition_items__edition=edition)
    Variant.objects.create(
        edition=edition,
        number=number,
        language=content.language,
        subject=content.subject,
        text=text,
        html=html,
        rendered_at=at,
        items=list(edition.items.shown().filter(article__in=published.values("pk")).values_list("article", flat=True)),
    )


def note(verb: str, edition: Edition, actor: User, at: datetime, **details: Any) -> None:
    """Write down who did what to an edition."""
    audit.record(
        verb,
        actor=actor,
        subject_kind="edition",
        subject_id=edition.public_id,
        at=at,
        subject_label=str(edition),
        **details,
    )


def _too_late(edition: Edition, at: datetime) -> str:
    """Why it may not go out any more, as a sentence; empty when it may."""
    if edition.kind == Edition.Kind.RESEND and not keeping.takes(edition, at):
        return str(TOO_OLD)
    return lateness_in_words(edition) if is_late(edition, at) and not edition.may_be_late else ""


def _require_content(edition: Edition) -> None:
    if edition.kind == Edition.Kind.CORRECTION:
        if not edition.introduction.strip():
            raise EditionError(_("Say in the introduction what was wrong and what is right."))
    elif not edition.items.shown().exists():
        raise EditionError(_("This edition has no story. Add one, or leave the day out."))
    if not edition.subject.strip():
        raise EditionError(_("Write a subject first."))


def _step_over_earlier(edition: Edition, at: datetime) -> None:
    """Leave out editions before it that still wait: their stories are in this one, unless they went out meanwhile."""
    locked = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
    leave_earlier_out(locked.newsletter, locked.due_at, at)
    if is_covered(locked):
        raise EditionError(_("Another edition went out meanwhile with stories of this one. Compose it again first."))


def _may_grow(edition: Edition) -> bool:
    """Whether it is a correction, and what it corrects is being handed over to more people, or goes on as it was."""
    parent = edition.parent
    # The sums are asked first: to find none among a million copies takes its time, and this is asked at every tick.
    if parent is None or edition.kind != Edition.Kind.CORRECTION or copies.are_settled(parent):
        return False
    wrong = Delivery.objects.of_edition(parent).filter(variant__lte=edition.corrects_up_to)
    coming = _COMING if parent.state == Edition.State.SENDING else [SendState.CLAIMED]
    return wrong.filter(state__in=coming).exists()


def _hold(edition: Edition, why: str, at: datetime) -> None:
    log.error("edition %s is held back: %s", edition.public_id, why)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.HELD, held_because=why)
    alerts.open_alert(Alert.Kind.EDITION_HELD, str(edition.public_id), f"{edition}: {why}", at)
