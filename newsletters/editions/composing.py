"""Editions are composed when their list is due, from what was published since the last one that went out.

A list may have it earlier: then the edition stands at the desk and follows what is published until its moment comes.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.editions.arranging import Arrangement, arrange, arrangement
from newsletters.editions.periods import leave_earlier_out, timetable_of
from newsletters.editions.steps import EditionError, note
from newsletters.models import Edition, Newsletter
from newsletters.models.newsletters import HOURS_LATE
from newsletters.timetable import Due

log = logging.getLogger(__name__)

# A story published in the last instant before the due moment may become visible a little after it.
SETTLES_AFTER = timedelta(seconds=5)
# So often what stands at the desk ahead of its moment is composed again.
FOLLOWS_EVERY = timedelta(minutes=1)
# What a list allows that says nothing else.
MOST_LATE = timedelta(hours=HOURS_LATE)
# Whatever was due longer ago than a list with one day a week may have been is looked for no more.
_LONGEST_WEEK = timedelta(days=8)
_DAY = timedelta(days=1)
State = Edition.State


def compose_due(at: datetime) -> list[Edition]:
    """Compose the primary edition of every list whose moment has come, or comes soon; answers the new ones.

    One list that fails does not keep the others from going out.
    """
    composed = []
    known = set(
        Edition.objects.filter(is_primary=True, edition_on__gt=(at - _LONGEST_WEEK - _DAY).date()).values_list(
            "newsletter_id", "edition_on"
        )
    )
    for newsletter in Newsletter.objects.offered().select_related("holidays"):
        try:
            due = _wanted(newsletter, known, at)
            edition = compose(newsletter, due, at) if due else None
        except Exception:
            log.exception("the edition of %s cannot be composed", newsletter.slug)
            continue
        if edition is not None:
            composed.append(edition)
    return composed


def compose(newsletter: Newsletter, due: Due, at: datetime) -> Edition | None:
    """Make the primary edition of a day; ``None`` when somebody else just did.

    It takes up where the last one that went out ended, so that consecutive editions neither repeat nor miss a story.
    """
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                newsletter=newsletter,
                edition_on=due.on,
                due_at=due.at,
                covers_from=due.at,
                covers_until=due.at,
                subject=newsletter.name,
            )
            _fill(edition, at)
    except IntegrityError:
        return None
    return edition


def follow_what_is_published(at: datetime) -> None:
    """Compose again what was composed ahead of its moment and nobody has approved, and settle what is due."""
    for edition in Edition.objects.ahead(at - FOLLOWS_EVERY, at - SETTLES_AFTER):
        try:
            _follow(edition, at)
        except Exception:
            log.exception("the edition %s cannot be composed again", edition.public_id)


def compose_again(edition: Edition, actor: User, at: datetime) -> None:
    """Have an edition that waits at the desk made of what is published by now. What editors pinned stays in its place,
    what they dropped stays out.

    Raises:
        EditionError: it does not wait any more.
    """
    with transaction.atomic():
        waiting = _locked(edition)
        if not is_composable(waiting):
            raise EditionError(_("This edition is on its way already. Load the page again."))
        arrange(waiting, _until(at), at)
        note("edition.composed again", waiting, actor, at)


def again(edition: Edition, at: datetime) -> Arrangement:
    """What composing it again would make of it."""
    return arrangement(edition, _until(at), at)


def is_composable(edition: Edition) -> bool:
    """Whether it is made of what is published, and waits for somebody."""
    return edition.kind == Edition.Kind.REGULAR and edition.state in {State.COMPOSED, State.HELD}


def _wanted(newsletter: Newsletter, known: Container[tuple[int, date]], at: datetime) -> Due | None:
    """The moment that has no edition yet and wants one. ``known`` holds newsletter and day of those there are."""
    timetable = timetable_of(newsletter)
    due = timetable.last_until(at - SETTLES_AFTER)
    if due is not None and at - due.at < _LONGEST_WEEK and (newsletter.pk, due.on) not in known:
        if at - due.at <= timedelta(hours=newsletter.most_late):
            return due
        _log_once(newsletter, due)
    soon = timetable.next_after(at - SETTLES_AFTER) if newsletter.compose_ahead else None
    if soon is None or soon.at - at > timedelta(minutes=newsletter.compose_ahead):
        return None
    return None if (newsletter.pk, soon.on) in known else soon


def _follow(edition: Edition, at: datetime) -> None:
    with transaction.atomic():
        locked = _locked(edition)
        # Somebody approved it, or another beat was faster.
        if locked.state != State.COMPOSED or locked.covers_until >= locked.due_at:
            return
        if locked.edition_on in timetable_of(locked.newsletter).holidays:
            Edition.objects.filter(pk=locked.pk).update(state=State.LEFT_OUT)
        else:
            _fill(locked, at)


def _fill(edition: Edition, at: datetime) -> None:
    """Give it its stories, and, once its moment has come, the state in which it waits or goes out.

    One before it that nobody has let go out by then is left out, for its stories are in this one.
    """
    is_due = at - edition.due_at >= SETTLES_AFTER
    if is_due:
        leave_earlier_out(edition.newsletter, edition.due_at, at)
    number = arrange(edition, edition.due_at if is_due else min(_until(at), edition.due_at), at)
    if is_due:
        edition.state = _state(edition.newsletter, number)
        edition.save(update_fields=["state"])


def _state(newsletter: Newsletter, number: int) -> State:
    if number < newsletter.least_items:
        return State.EMPTY
    return State.COMPOSED if newsletter.wants_approval else State.APPROVED


def _until(at: datetime) -> datetime:
    return at - SETTLES_AFTER


def _locked(edition: Edition) -> Edition:
    return Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)


def _log_once(newsletter: Newsletter, due: Due) -> None:
    if cache.add(f"newsletters:missed:{newsletter.pk}:{due.on}", True, 60 * 60 * 24 * 8):
        log.warning("edition of %s for %s was missed and is left out", newsletter.slug, due.on)
