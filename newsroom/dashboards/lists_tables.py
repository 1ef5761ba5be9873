"""How lists grow, as tables and a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from newsletters.growth import FLOWS
from newsletters.models import Edition, EditionCount, ListDay, Newsletter, SendState, Tally
from newsroom.dashboards.figures import Cell, Chart, Row, Table, count_cell, share_cell

_WEEKS = 26
_LATELY = 4
_MOST_EDITIONS = 10
_CAME = ("confirmed", "added")
_WENT = ("left_by_link", "left_by_choice", "stopped", "bounced", "complained", "suppressed", "sunset")
_GONE_OUT = ("sending", "halted", "sent")


@dataclass(frozen=True)
class Week:
    """From its first day on, as far as it is over. ``size`` is that of its last day that is known."""

    first: date
    flows: dict[str, int]
    size: int | None

    def sum(self, names: tuple[str, ...]) -> int:
        return sum(self.flows[name] for name in names)


def weeks_of(newsletter: Newsletter, today: date) -> list[Week]:
    """The last half year, the oldest first; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=back) for back in reversed(range(_WEEKS))]
    days = list(ListDay.objects.filter(newsletter=newsletter, day__gte=firsts[0]).order_by("day"))
    return [_week(first, [each for each in days if first <= each.day < first + timedelta(weeks=1)]) for first in firsts]


def tiles(weeks: list[Week]) -> list[Row]:
    lately = weeks[-_LATELY:]
    sizes = [week.size for week in weeks if week.size is not None]
    return [
        Row(_("Readers"), [count_cell(sizes[-1]) if sizes else Cell("–")]),
        Row(_("Came in four weeks"), [count_cell(sum(week.sum(_CAME) for week in lately))]),
        Row(_("Left in four weeks"), [count_cell(sum(week.sum(_WENT) for week in lately))]),
    ]


def chart(weeks: list[Week]) -> Chart:
    known = [week for week in weeks if week.size is not None]
    values = [(_day(week.first), week.size or 0, count_cell(week.size or 0).text) for week in known]
    return Chart.of(_("Readers at the end of each week"), values)


def by_week(weeks: list[Week]) -> Table:
    """Every way in and out, the newest week first; weeks of which nothing is known are left out."""
    told = [week for week in reversed(weeks) if week.size is not None or any(week.flows.values())]
    rows = [
        Row(_day(week.first), [*(count_cell(week.flows[name]) for name in FLOWS), _size(week.size)]) for week in told
    ]
    labels = {field.name: str(field.verbose_name) for field in ListDay._meta.fields}
    names = [labels[name] for name in (*FLOWS, "size")]
    heads = [_("Week from"), *(name[:1].upper() + name[1:] for name in names)]
    return Table("weeks", _("Who came and who left"), heads, rows, none=_("Nothing is known yet. Come back tomorrow."))


def newest_editions(newsletter: Newsletter) -> Table:
    editions = newsletter.editions.filter(state__in=_GONE_OUT).order_by("-edition_on", "-pk")[:_MOST_EDITIONS]
    rows = [_row(edition, date_format(edition.edition_on), *led) for edition, led in _led(list(editions))]
    heads = [_("Edition"), *_of_edition()]
    return Table("editions", _("Its last editions"), heads, rows, none=_("No edition has gone out."))


def overview(today: date) -> Table:
    since = today - timedelta(weeks=_LATELY)
    named = {f"{name}_sum": Sum(name) for name in FLOWS}
    days = ListDay.objects.filter(day__gt=since).order_by().values_list("newsletter").annotate(**named)
    flows: dict[int, dict[str, int]] = {pk: dict(zip(FLOWS, sums, strict=True)) for pk, *sums in days}
    sized = ListDay.objects.filter(size__isnull=False).order_by("newsletter_id", "-day").distinct("newsletter_id")
    sizes = dict(sized.values_list("newsletter", "size"))
    newest = Edition.objects.filter(state__in=_GONE_OUT, kind=Edition.Kind.REGULAR)
    latest = {edition.newsletter_id: led for edition, led in _led(
        list(newest.order_by("newsletter_id", "-edition_on", "-pk").distinct("newsletter_id"))
    )}  # fmt: skip
    rows = []
    for each in Newsletter.objects.all():
        came, went = (sum(flows.get(each.pk, {}).get(name, 0) for name in names) for names in (_CAME, _WENT))
        size = sizes.get(each.pk)
        cells = [_size(size), count_cell(came), count_cell(went), share_cell(went, (size or 0) + went)]
        url = reverse("admin:newsletters_newsletter_numbers", args=[each.pk])
        rows.append(Row(each.name, [*cells, *_shares(*latest.get(each.pk, (0, 0, 0, False)))], url))
    heads = [_("Newsletter"), _("Readers"), _("Came in four weeks"), _("Left in four weeks"), pgettext("part", "Share")]
    return Table("lists", _("Newsletters"), [*heads, *_of_edition()], rows, none=_("There is no newsletter yet."))


def _week(first: date, days: list[ListDay]) -> Week:
    flows = {name: sum(getattr(day, name) for day in days) for name in FLOWS}
    return Week(first, flows, next((day.size for day in reversed(days) if day.size is not None), None))


def _led(editions: list[Edition]) -> list[tuple[Edition, tuple[int, int, int, bool]]]:
    """Each with its copies taken, those that people opened and followed, and whether it is counted: two queries."""
    taken = Tally.objects.filter(edition__in=editions, state__in=[SendState.ACCEPTED, SendState.COMPLAINED])
    copies: dict[int, int] = {}
    for edition, number in taken.values_list("edition", "copies"):
        copies[edition] = copies.get(edition, 0) + number
    of_people = EditionCount.objects.filter(edition__in=editions, link=None, verdict=EditionCount.Verdict.HUMAN)
    counts = {(edition, kind): number for edition, kind, number in of_people.values_list("edition", "kind", "copies")}
    return [
        (each, (copies.get(each.pk, 0), counts.get((each.pk, "open"), 0), counts.get((each.pk, "click"), 0),
                each.is_counted))
        for each in editions
    ]  # fmt: skip


def _row(edition: Edition, name: str, *led: int) -> Row:
    return Row(name, _shares(*led), reverse("admin:newsletters_edition_numbers", args=[edition.pk]))


def _shares(copies: int, opened: int, followed: int, is_counted: int) -> list[Cell]:
    shares = [share_cell(opened, copies), share_cell(followed, copies)] if is_counted else [Cell("–"), Cell("–")]
    return [count_cell(copies), *shares]


def _of_edition() -> list[str]:
    return [_("Copies taken"), _("Opened by people"), _("Followed a link, by people")]


def _size(size: int | None) -> Cell:
    return Cell("–") if size is None else count_cell(size)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
