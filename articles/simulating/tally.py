"""What a replay comes to: readings and walls, of whom, in which texts, under the rules as they are and as proposed."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from articles.simulating.replay import Noted
from memberships.access import Reader, Verdict

MOST_TEXTS = 20
MOST_PEOPLE = 50
_CLOSED, _OPENED = 1, -1


class Kind(StrEnum):
    """Who reads, at the moment of a reading. A member holds something then."""

    STRANGER = "stranger"
    ACCOUNT = "account"
    MEMBER = "member"


class Change(NamedTuple):
    """So many readings of somebody with an account (a primary key) change sides."""

    readings: int
    user: int


@dataclass
class SideTally:
    """One side: verdicts by reason, walls by kind of reader and by text, readers who met at least one by kind."""

    reasons: Counter[str] = field(default_factory=Counter)
    walls: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    texts: Counter[int] = field(default_factory=Counter)

    def add(self, visits: Iterable[tuple[Noted, Kind, Verdict]]) -> None:
        """Count one visitor's readings."""
        met: Counter[str] = Counter()
        for reading, kind, verdict in visits:
            self.reasons[verdict.reason] += 1
            if not verdict.is_granted:
                met[kind] += 1
                self.texts[reading.article] += 1
        self.walls += met
        self.readers.update(met.keys())


@dataclass
class Tally:
    """Both sides, and the people with accounts who would meet walls where they read on now (``closed``), or the other
    way round (``opened``): those with most of them, and in ``…_to`` how many people these are in all.

    Its JSON is what a trial keeps, but for the people, who have rows of their own.
    """

    now: SideTally = field(default_factory=SideTally)
    proposed: SideTally = field(default_factory=SideTally)
    readings: Counter[str] = field(default_factory=Counter)
    texts: Counter[int] = field(default_factory=Counter)
    visitors: Counter[str] = field(default_factory=Counter)
    closed: list[Change] = field(default_factory=list)
    opened: list[Change] = field(default_factory=list)
    closed_to: int = 0
    opened_to: int = 0

    def add(
        self, readings: Sequence[Noted], reader: Reader, now: Sequence[Verdict], proposed: Sequence[Verdict]
    ) -> None:
        """Count one visitor, whose verdicts come in the order of their readings."""
        kinds = [kind_of(reader, reading) for reading in readings]
        self.readings.update(kinds)
        self.texts.update(reading.article for reading in readings)
        self.visitors.update({*kinds})
        self.now.add(zip(readings, kinds, now, strict=True))
        self.proposed.add(zip(readings, kinds, proposed, strict=True))
        user = readings[0].user
        if user is not None:
            self._add_person(user, Counter(map(_turn, now, proposed)))

    def _add_person(self, user: int, turns: Counter[int]) -> None:
        if turns[_CLOSED]:
            self.closed_to += 1
            _keep(self.closed, Change(turns[_CLOSED], user))
        if turns[_OPENED]:
            self.opened_to += 1
            _keep(self.opened, Change(turns[_OPENED], user))

    def as_json(self, filed: dict[int, tuple[int | None, int | None]]) -> dict[str, Any]:
        """The figures; ``filed`` gives section and format (primary keys) of each text."""
        most = heapq.nlargest(MOST_TEXTS, self.texts, key=self._most_walls)
        return {
            "readings": dict(self.readings),
            "visitors": dict(self.visitors),
            "now": _side(self.now),
            "proposed": _side(self.proposed),
            "sections": self._grouped({text: section for text, (section, _format) in filed.items()}),
            "formats": self._grouped({text: form for text, (_section, form) in filed.items()}),
            "texts": [
                [text, self.texts[text], self.now.texts[text], self.proposed.texts[text]]
                for text in most
                if self.now.texts[text] or self.proposed.texts[text]
            ],
            "closed_to": self.closed_to,
            "opened_to": self.opened_to,
        }

    def _most_walls(self, text: int) -> tuple[int, int, int]:
        return (self.proposed.texts[text], self.now.texts[text], -text)

    def _grouped(self, groups: dict[int, int | None]) -> list[list[int | None]]:
        """[group, readings, walls as now, walls as proposed], the most readings first."""
        sums: dict[int | None, list[int]] = {}
        for text, count in self.texts.items():
            row = sums.setdefault(groups.get(text), [0, 0, 0])
            for place, figure in enumerate((count, self.now.texts[text], self.proposed.texts[text])):
                row[place] += figure
        return [[group, *row] for group, row in sorted(sums.items(), key=lambda pair: -pair[1][0])]


def kind_of(reader: Reader, reading: Noted) -> Kind:
    if not reader.is_signed_in:
        return Kind.STRANGER
    return Kind.MEMBER if reader.grants and reader.any_grant(reading.at) else Kind.ACCOUNT


def _turn(now: Verdict, proposed: Verdict) -> int:
    """What the proposal does to one reading: closes it, opens it, or neither."""
    return int(now.is_granted) - int(proposed.is_granted)


def _keep(people: list[Change], change: Change) -> None:
    """Keep those with most readings, and no more of them than are shown."""
    heapq.heappush(people, change)
    if len(people) > MOST_PEOPLE:
        heapq.heappop(people)


def _side(side: SideTally) -> dict[str, Any]:
    return {"reasons": dict(side.reasons), "walls": dict(side.walls), "readers": dict(side.readers)}
