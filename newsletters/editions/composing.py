"""Editions are composed when their list is due, from what was published since the last one that went out."""

from __future__ import annotations

import logging
from collections.abc import Container
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format

from articles.models import Article
from newsletters.composition import stories
from newsletters.models import Edition, EditionItem, Newsletter
from newsletters.models.newsletters import HOURS_LATE
from newsletters.timetable import Due, Timetable

log = logging.getLogger(__name__)

# A story published in the last instant before the due moment may become visible a little after it.
SETTLES_AFTER = timedelta(seconds=5)
# What a list allows that says nothing else.
MOST_LATE = timedelta(hours=HOURS_LATE)
FIRST_PERIOD = timedelta(days=1)
# A list with one day a week was last due at most so long ago, wherever it is.
_LONGEST_WEEK = timedelta(days=9)
State = Edition.State
# What went out, or is about to.
_OUT = (State.APPROVED, State.SENDING, State.SENT, State.HALTED)


def timetable_of(newsletter: Newsletter) -> Timetable:
    return Timetable(frozenset(newsletter.days), newsletter.send_at, ZoneInfo(newsletter.time_zone))


def compose_due(at: datetime) -> list[Edition]:
    """Compose the primary edition of every list whose moment has come; answers the new ones.

    One list that fails does not keep the others from going out.
    """
    composed = []
    known = set(
        Edition.objects.filter(is_primary=True, edition_on__gt=(at - _LONGEST_WEEK).date()).values_list(
            "newsletter_id", "edition_on"
        )
    )
    for newsletter in Newsletter.objects.offered():
        try:
            edition = _compose_if_due(newsletter, known, at)
        except Exception:
            log.exception("the edition of %s cannot be composed", newsletter.slug)
            continue
        if edition is not None:
            composed.append(edition)
    return composed


def compose(newsletter: Newsletter, due: Due, at: datetime) -> Edition | None:
    """Make the primary edition of a day; ``None`` when somebody else just did.

    It takes up where the last one that went out ended, so that consecutive editions neither repeat nor miss a story.
    One before that nobody has let go out by now is left out, for its stories are in this one.
    """
    try:
        with transaction.atomic():
            _leave_unsent_out(newsletter, due, at)
            since = _covered_until(newsletter, due)
            found = stories(newsletter, since, due.at, at)
            edition = Edition.objects.create(
                newsletter=newsletter,
                edition_on=due.on,
                state=_first_state(newsletter, found),
                due_at=due.at,
                covers_from=since,
                covers_until=due.at,
                subject=_subject(newsletter, due, found),
                preheader=found[1].headline[:200] if len(found) > 1 else "",
            )
            EditionItem.objects.bulk_create(
                EditionItem(edition=edition, article=article, position=number)
                for number, article in enumerate(found, start=1)
            )
    except IntegrityError:
        return None
    return edition


def _compose_if_due(newsletter: Newsletter, known: Container[tuple[int, date]], at: datetime) -> Edition | None:
    """``known`` holds newsletter and day of the editions there are already."""
    due = timetable_of(newsletter).last_until(at - SETTLES_AFTER)
    if due is None or (newsletter.pk, due.on) in known:
        return None
    if at - due.at > timedelta(hours=newsletter.most_late):
        _log_once(newsletter, due)
        return None
    return compose(newsletter, due, at)


def _first_state(newsletter: Newsletter, found: list[Article]) -> State:
    if not found:
        return State.EMPTY
    return State.COMPOSED if newsletter.wants_approval else State.APPROVED


def _leave_unsent_out(newsletter: Newsletter, due: Due, at: datetime) -> None:
    """Those that wait, and those that were approved but could not be sent in their time."""
    too_late = at - timedelta(hours=newsletter.most_late)
    unsent = Q(state__in=[State.COMPOSED, State.HELD])
    unsent |= Q(state=State.APPROVED, may_be_late=False, due_at__lt=too_late)
    before = Edition.objects.filter(unsent, newsletter=newsletter, is_primary=True, due_at__lt=due.at)
    before.update(state=State.LEFT_OUT)


def _covered_until(newsletter: Newsletter, due: Due) -> datetime:
    """Where the last edition that went out ended; before the first, where the oldest one began or would have."""
    before = Edition.objects.filter(newsletter=newsletter, is_primary=True, covers_until__lt=due.at)
    last = before.filter(state__in=_OUT).order_by("-covers_until").first()
    if last is not None:
        return last.covers_until
    oldest = before.order_by("covers_until").first()
    if oldest is not None:
        return oldest.covers_from
    earlier = timetable_of(newsletter).last_until(due.at - timedelta(seconds=1))
    return earlier.at if earlier else due.at - FIRST_PERIOD


def _subject(newsletter: Newsletter, due: Due, found: list[Article]) -> str:
    """The lead's headline; the list's name and the day where there is none."""
    if found and found[0].headline:
        return found[0].headline[:200]
    with translation.override(newsletter.language):
        return f"{newsletter.name}, {date_format(due.on, 'j F Y')}"[:200]


def _log_once(newsletter: Newsletter, due: Due) -> None:
    if cache.add(f"newsletters:missed:{newsletter.pk}:{due.on}", True, 60 * 60 * 24 * 8):
        log.warning("edition of %s for %s was missed and is left out", newsletter.slug, due.on)
