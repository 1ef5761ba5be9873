"""What time an edition takes its stories from: consecutive editions neither repeat nor miss one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from newsletters.models import Edition, Newsletter
from newsletters.timetable import Timetable

FIRST_PERIOD = timedelta(days=1)
State = Edition.State
# What went out, or is about to.
_OUT = (State.APPROVED, State.SENDING, State.SENT, State.HALTED)


def timetable_of(newsletter: Newsletter) -> Timetable:
    shared = newsletter.holidays.days if newsletter.holidays else []
    return Timetable(
        frozenset(newsletter.days),
        newsletter.send_at,
        ZoneInfo(newsletter.time_zone),
        frozenset([*newsletter.days_off, *shared]),
    )


def covered_until(newsletter: Newsletter, due_at: datetime) -> datetime:
    """Where the last edition that went out before ended; before the first, where the oldest began or would have."""
    before = Edition.objects.filter(newsletter=newsletter, is_primary=True, due_at__lt=due_at)
    last = before.filter(state__in=_OUT).order_by("-covers_until").first()
    if last is not None:
        return last.covers_until
    oldest = before.order_by("covers_until").first()
    if oldest is not None:
        return oldest.covers_from
    earlier = timetable_of(newsletter).last_until(due_at - timedelta(seconds=1))
    return earlier.at if earlier else due_at - FIRST_PERIOD


def leave_earlier_out(newsletter: Newsletter, due_at: datetime, at: datetime) -> None:
    """Leave out those before that nobody has let go out, or that could not be sent in their time: a later one has
    their stories."""
    too_late = at - timedelta(hours=newsletter.most_late)
    unsent = Q(state__in=[State.COMPOSED, State.HELD])
    unsent |= Q(state=State.APPROVED, may_be_late=False, due_at__lt=too_late)
    before = Edition.objects.filter(unsent, newsletter=newsletter, is_primary=True, due_at__lt=due_at)
    before.update(state=State.LEFT_OUT)


def is_covered(edition: Edition) -> bool:
    """Whether one before it went out since it was composed, with stories that are in this one too."""
    before = Edition.objects.filter(newsletter=edition.newsletter_id, is_primary=True, due_at__lt=edition.due_at)
    return before.filter(state__in=_OUT, covers_until__gt=edition.covers_from).exists()
