"""What somebody could read when, drawn on the server: a bar for each right, a lane for each source, a line for today.

It is drawn twice, for a wide and for a narrow column, because letters shrink with the paper; and from right to left
where the page is read so. Colours and type are the desk's style sheet's; only places and sizes are written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from memberships.models import Entitlement
from memberships.pauses import months_on
from memberships.readers import earliest

# Heights: the word over today's line, a lane with its name and its bar, the dates.
TOP, LANE, BAR, AXIS = 16, 36, 12, 24
# Half of what a date takes, so that none is cut at the edge.
HALF_A_DATE = 32
# Further back nothing is drawn; the table beneath has it all the same.
FURTHEST_BACK = timedelta(days=5 * 366)
_SPACINGS = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True)
class Span:
    """A right as it is drawn: by its source, from when, and until when it opened or will open something."""

    source: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Lane:
    label: str
    source: str
    spans: list[Span]


@dataclass(frozen=True)
class Paper:
    """How wide a drawing is and how many dates fit below it; mirrored where the page runs from right to left."""

    name: str
    width: int
    most_ticks: int
    begins: datetime
    ends: datetime
    is_mirrored: bool

    def x(self, moment: datetime) -> float:
        share = (min(max(moment, self.begins), self.ends) - self.begins) / (self.ends - self.begins)
        return round(self.width * (1 - share if self.is_mirrored else share), 1)

    def ticks(self) -> list[datetime]:
        """First days of months, so far apart that their names do not touch."""
        months = (self.ends - self.begins) / timedelta(days=30.4)
        spacing = next((each for each in _SPACINGS if months / each <= self.most_ticks), _SPACINGS[-1])
        first = datetime(self.begins.year, 1, 1, tzinfo=UTC)
        found = (months_on(first, number * spacing) for number in range(int(months / spacing) + 14))
        edge = (self.ends - self.begins) * HALF_A_DATE / self.width
        return [moment for moment in found if self.begins + edge <= moment <= self.ends - edge]


def span_of(row: Entitlement) -> Span:
    source = "seat" if row.team_id else row.source
    return Span(source, row.starts_at, earliest(row.ends_at, row.revoked_at))


def drawing_of(spans: Sequence[Span], at: datetime, *, is_mirrored: bool) -> SafeString:
    """Both drawings of the spans, past and to come, around today; empty where there are none."""
    lanes = list(_lanes(spans))
    if not lanes:
        return mark_safe("")
    oldest = min(span.starts_at for span in spans)
    begins, ends = max(min(oldest, months_on(at, -6)), at - FURTHEST_BACK), months_on(at, 14)
    papers = (
        Paper("is-wide", 640, 9, begins, ends, is_mirrored),
        Paper("is-narrow", 320, 5, begins, ends, is_mirrored),
    )
    return mark_safe("".join(_svg(paper, lanes, at) for paper in papers))  # noqa: S308 - every text in it is escaped


def _lanes(spans: Sequence[Span]) -> Iterator[Lane]:
    """One lane for each source that there is, in the order of the sources."""
    for source in Entitlement.Source:
        of_source = [span for span in spans if span.source == source]
        if of_source:
            yield Lane(str(source.label), source.value, of_source)


def _svg(paper: Paper, lanes: list[Lane], at: datetime) -> str:
    bottom = TOP + LANE * len(lanes)
    inside = [*_axis(paper, bottom)]
    for number, lane in enumerate(lanes):
        inside += _lane(paper, lane, TOP + number * LANE)
    inside += _today(paper, at, bottom)
    return (
        f'<svg class="member-bars {paper.name}" viewBox="0 0 {paper.width} {bottom + AXIS}" aria-hidden="true" '
        f'focusable="false">{"".join(inside)}</svg>'
    )


def _axis(paper: Paper, bottom: int) -> Iterator[str]:
    form = "M Y" if paper.ends - paper.begins < timedelta(days=4 * 366) else "Y"
    for moment in paper.ticks():
        x = paper.x(moment)
        yield f'<line class="is-tick" x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom + 4}" />'
        yield f'<text class="is-date" x="{x}" y="{bottom + 19}">{escape(date_format(moment, form))}</text>'
    yield f'<line class="is-axis" x1="0" x2="{paper.width}" y1="{bottom}" y2="{bottom}" />'


def _lane(paper: Paper, lane: Lane, top: int) -> Iterator[str]:
    edge = paper.width if paper.is_mirrored else 0
    yield f'<text class="is-source" x="{edge}" y="{top + 13}">{escape(lane.label)}</text>'
    for span in lane.spans:
        begins, ends = sorted((paper.x(span.starts_at), paper.x(span.ends_at or paper.ends)))
        # What was revoked in the minute it was given, and what lies too far back, is no bar.
        if ends - begins > 0:
            yield (
                f'<rect class="is-{lane.source}" x="{begins}" y="{top + 18}" '
                f'width="{max(round(ends - begins, 1), 2)}" height="{BAR}" />'
            )


def _today(paper: Paper, at: datetime, bottom: int) -> Iterator[str]:
    x = paper.x(at)
    words = min(max(x, HALF_A_DATE / 2), paper.width - HALF_A_DATE / 2)
    yield f'<line class="is-today" x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}" />'
    today = escape(_("today"))
    yield f'<text class="is-today" x="{words}" y="{TOP - 4}">{today}</text>'
