"""How lists grow and shrink, a row for each of their days, made from the acts themselves.

A day is made anew from what was written down of it, as often as it is asked for: whoever dies on the way, or comes
twice, leaves what is true. The first look at a day is the last one at the day before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q

from newsletters.models import ListDay, Newsletter, Signup, SignupAct, Stream, Suppression

# One task makes no more; the next goes on.
MOST_DAYS = 31
_DAY = timedelta(days=1)
_Kind = SignupAct.Kind
_Reason = Suppression.Reason
_ADDED = [_Kind.JOINED, _Kind.IMPORTED, _Kind.MOVED, _Kind.RETURNED, _Kind.INCLUDED]
FLOWS = (
    "asked", "confirmed", "added", "left_by_link", "left_by_choice", "stopped", "bounced", "complained", "suppressed",
    "sunset",
)  # fmt: skip
Flows = dict[int, dict[str, int]]


def count(at: datetime) -> bool:
    """Make today anew, and the days since the last look; whether there are more."""
    days = list(_due(at.date()))
    for day in days[:MOST_DAYS]:
        _write(day, _flows(day))
    if len(days) > MOST_DAYS:
        return True
    _measure(at.date())
    return False


def _due(today: date) -> Iterator[date]:
    """From the last day that was made, or the first of which anything is known, up to today."""
    made = ListDay.objects.aggregate(last=Max("day"))["last"]
    first = SignupAct.objects.aggregate(first=Min("at"))["first"]
    known = made or (first.date() if first else today)
    day = min(known, today) - _DAY
    while day < today:
        day += _DAY
        yield day


def _write(day: date, flows: Flows) -> None:
    rows = [ListDay(newsletter_id=pk, day=day, **_whole(flows.get(pk, {}))) for pk in _lists()]
    ListDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["newsletter", "day"], update_fields=list(FLOWS)
    )


def _measure(today: date) -> None:
    """How many each list has now: the size of today until tomorrow is begun."""
    stopped = Suppression.objects.filter(recipient=OuterRef("recipient"), stream=Stream.NEWSLETTERS)
    sizes = dict(
        Signup.objects.confirmed().filter(~Exists(stopped)).values_list("newsletter").annotate(size=Count("id"))
    )
    rows = [ListDay(newsletter_id=pk, day=today, size=sizes.get(pk, 0)) for pk in _lists()]
    ListDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["newsletter", "day"], update_fields=["size"]
    )


def _flows(day: date) -> Flows:
    """What happened to each list on a day, in the world's own time."""
    start = datetime.combine(day, time.min, UTC)
    found: Flows = defaultdict(dict)
    for pk, *numbers in _acts(start, start + _DAY):
        found[pk].update(
            zip(("asked", "confirmed", "added", "left_by_link", "left_by_choice", "sunset"), numbers, strict=True)
        )
    for pk, number in _stopped(start, start + _DAY):
        found[pk]["stopped"] = number
    for pk, *numbers in _suppressed(start, start + _DAY):
        found[pk].update(zip(("bounced", "complained", "suppressed"), numbers, strict=True))
    return found


def _acts(start: datetime, end: datetime) -> Iterator[tuple[int, ...]]:
    """By list. A letter's own link says no place; whoever leaves elsewhere is asked where."""
    acts = SignupAct.objects.filter(at__gte=start, at__lt=end, newsletter__isnull=False)
    left = Q(kind=_Kind.LEFT)
    return iter(
        acts.values_list("newsletter").annotate(
            asked=Count("id", filter=Q(kind=_Kind.ASKED)),
            confirmed=Count("id", filter=Q(kind=_Kind.CONFIRMED)),
            added=Count("id", filter=Q(kind__in=_ADDED)),
            by_link=Count("id", filter=left & Q(source="")),
            by_choice=Count("id", filter=left & ~Q(source="")),
            sunset=Count("id", filter=Q(kind=_Kind.SUNSET)),
        )
    )


def _stopped(start: datetime, end: datetime) -> Iterator[tuple[int, int]]:
    """Whoever stops everything leaves each of their lists in that moment."""
    acts = SignupAct.objects.filter(kind=_Kind.STOPPED, at__gte=start, at__lt=end)
    left = Signup.objects.filter(state=Signup.State.LEFT, recipient__signup_acts__in=acts)
    left = left.filter(left_at=F("recipient__signup_acts__at"))
    return iter(left.values_list("newsletter").annotate(number=Count("id", distinct=True)))


def _suppressed(start: datetime, end: datetime) -> Iterator[tuple[int, ...]]:
    """Who is written to no more without having left: they are on the list, and get nothing of it."""
    of_day = Suppression.objects.filter(suppressed_at__gte=start, suppressed_at__lt=end, stream=Stream.NEWSLETTERS)
    lost = of_day.exclude(reason=_Reason.ASKED).filter(recipient__signups__state=Signup.State.CONFIRMED)
    by_us = ~Q(reason__in=[_Reason.HARD_BOUNCE, _Reason.COMPLAINT])
    return iter(
        lost.values_list("recipient__signups__newsletter").annotate(
            bounced=Count("id", filter=Q(reason=_Reason.HARD_BOUNCE)),
            complained=Count("id", filter=Q(reason=_Reason.COMPLAINT)),
            suppressed=Count("id", filter=by_us),
        )
    )


def _whole(flows: dict[str, int]) -> dict[str, int]:
    return {name: flows.get(name, 0) for name in FLOWS}


def _lists() -> list[int]:
    return list(Newsletter.objects.values_list("pk", flat=True))
