"""The figures of a trial as its page shows them: named, in tables of two sides, with bars of one measure each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext

from articles.models import Article, Format, Section, Simulation
from articles.simulating.tally import MOST_PEOPLE
from memberships import receipts
from memberships.access import Reason, Verdict
from memberships.models import User

_CLOSING = {Reason.NEEDS_LOGIN, Reason.NEEDS_SUBSCRIPTION, Reason.METER_SPENT}


@dataclass(frozen=True)
class Row:
    """A thing compared: ``of`` is how many readings or readers there were at all, ``None`` where that says nothing."""

    label: str
    now: int
    proposed: int
    of: int | None = None
    url: str = ""

    @property
    def change(self) -> int:
        return self.proposed - self.now


@dataclass(frozen=True)
class Table:
    """Rows compared, the figures in the heads of their columns, and a last row that adds up, if that makes sense."""

    title: str
    of: str
    now: str
    proposed: str
    rows: list[Row]
    total: Row | None = None

    @property
    def most(self) -> int:
        """What the longest bar stands for."""
        return max([1, *(max(row.now, row.proposed) for row in self.rows)])


@dataclass(frozen=True)
class People:
    """People with accounts for whom it changes: those shown, and how many they are in all."""

    title: str
    unit: str
    none: str
    shown: list[tuple[User, int]]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown; people who left since are among them."""
        return self.count - len(self.shown) if self.count > MOST_PEOPLE else 0


@dataclass(frozen=True)
class Terms:
    allowance: int
    registered_allowance: int
    rules: list[str]
    reading_rules: list[str]


@dataclass(frozen=True)
class Report:
    since: datetime | None
    until: datetime | None
    now: Terms
    proposed: Terms
    walls: Row
    tables: list[Table]
    people: list[People] = field(default_factory=list)


def report_of(trial: Simulation) -> Report:
    """The report on a trial that is done; five queries however much it holds."""
    result: dict[str, Any] = trial.result or {}
    walls = _by_kind(gettext("Walls"), gettext("Readings"), result, result["readings"], "walls")
    readers = _by_kind(gettext("Readers who met a wall"), gettext("Readers"), result, result["visitors"], "readers")
    total = Row(gettext("All"), *_sums(walls.rows), of=sum(row.of or 0 for row in walls.rows))
    walls = Table(walls.title, walls.of, walls.now, walls.proposed, walls.rows, total)
    tables = [
        walls,
        readers,
        _table(gettext("Why"), _reasons(result), of=""),
        _table(gettext("By section"), _groups(Section, result["sections"])),
        _table(gettext("By format"), _groups(Format, result["formats"])),
        _table(gettext("The texts with most walls"), _texts(result["texts"])),
    ]
    now = result["terms_now"]
    return Report(
        since=_moment(result["since"]),
        until=_moment(result["until"]),
        now=Terms(now["allowance"], now["registered_allowance"], _names(now["rules"]), _names(now["reading_rules"])),
        proposed=Terms(trial.allowance, trial.registered_allowance, _names(trial.rules), _names(trial.reading_rules)),
        walls=total,
        tables=tables,
        people=_people(trial, result),
    )


def _table(title: str, rows: list[Row], of: str | None = None) -> Table:
    heads = (pgettext("terms of reading", "As now"), pgettext("terms of reading", "As proposed"))
    return Table(title, gettext("Readings") if of is None else of, *heads, rows)


def _by_kind(title: str, of: str, result: dict[str, Any], all_of_them: dict[str, int], figure: str) -> Table:
    now, proposed = result["now"][figure], result["proposed"][figure]
    rows = [Row(label, now.get(kind, 0), proposed.get(kind, 0), all_of_them.get(kind, 0)) for kind, label in _kinds()]
    return _table(title, rows, of)


def _kinds() -> list[tuple[str, str]]:
    return [
        ("stranger", gettext("Without an account")),
        ("account", gettext("With an account")),
        ("member", gettext("Members")),
    ]


def _sums(rows: Iterable[Row]) -> tuple[int, int]:
    pairs = [(row.now, row.proposed) for row in rows]
    return sum(now for now, _proposed in pairs), sum(proposed for _now, proposed in pairs)


def _reasons(result: dict[str, Any]) -> list[Row]:
    """Every reason that was given on either side, the closing ones first."""
    now, proposed = result["now"]["reasons"], result["proposed"]["reasons"]
    given = [reason for reason in Reason if reason in now or reason in proposed]
    return [
        Row(receipts.explain(Verdict(reason not in _CLOSING, reason)), now.get(reason, 0), proposed.get(reason, 0))
        for reason in sorted(given, key=lambda reason: reason not in _CLOSING)
    ]


def _groups(model: type[Section] | type[Format], figures: Sequence[Sequence[Any]]) -> list[Row]:
    names = {row.pk: row.label for row in model._default_manager.filter(pk__in=[key for key, *_rest in figures if key])}
    return [
        Row(names.get(key, gettext("Not filed any more")), now, proposed, readings)
        for key, readings, now, proposed in figures
    ]


def _texts(figures: Sequence[Sequence[int]]) -> list[Row]:
    columns = ("headline", "year", "month", "slug")
    texts = Article.objects.only(*columns).in_bulk([key for key, *_rest in figures])
    return [
        Row(texts[key].headline, now, proposed, readings, url=texts[key].get_absolute_url())
        for key, readings, now, proposed in figures
        if key in texts
    ]


def _people(trial: Simulation, result: dict[str, Any]) -> list[People]:
    rows = list(trial.readers.select_related("user"))
    return [
        People(
            gettext("People with an account who would newly meet a wall"),
            gettext("New walls"),
            gettext("Nobody with an account would meet a wall where they read on now."),
            _with_most([(row.user, row.closed) for row in rows]),
            result["closed_to"],
        ),
        People(
            gettext("People with an account who would read on where they meet a wall now"),
            gettext("Walls less"),
            gettext("Nobody with an account would read on where they meet a wall now."),
            _with_most([(row.user, row.opened) for row in rows]),
            result["opened_to"],
        ),
    ]


def _with_most(people: list[tuple[User, int]]) -> list[tuple[User, int]]:
    return sorted((pair for pair in people if pair[1]), key=lambda pair: (-pair[1], pair[0].pk))[:MOST_PEOPLE]


def _names(rules: Sequence[Sequence[Any]]) -> list[str]:
    return [name for _key, name in rules]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
