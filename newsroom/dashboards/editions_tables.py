"""What an edition led to, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from memberships.metrics import asking
from memberships.metrics.periods import Period
from newsletters.models import Edition, EditionCount, SendState
from newsroom.dashboards.figures import Cell, Row, Table, count_cell, listed, share_cell

_Verdict = EditionCount.Verdict
_LONGEST = 80


@dataclass(frozen=True)
class Sums:
    """An edition's copies by state, and those of them that led to something by what it was and by whom."""

    states: dict[str, int]
    counts: dict[tuple[str, int | None, str], int]

    @property
    def arrived(self) -> int:
        """Copies that the next server took, whatever was heard of them later. Nobody knows how many were delivered."""
        return sum(self.states.get(state, 0) for state in (SendState.ACCEPTED, SendState.COMPLAINED))

    def by(self, kind: str, link: int | None, verdict: str) -> int:
        return self.counts.get((kind, link, verdict), 0)


def sums_of(edition: Edition) -> Sums:
    counts = edition.counts.values_list("kind", "link", "verdict", "copies")
    states = dict(edition.tallies.filter(copies__gt=0).values_list("state", "copies"))
    return Sums(states, {(kind, link, verdict): copies for kind, link, verdict, copies in counts})


def tiles(edition: Edition, sums: Sums) -> list[Row]:
    counted = [
        Row(_("Opened by people"), [count_cell(sums.by("open", None, _Verdict.HUMAN))]),
        Row(_("Followed a link, by people"), [count_cell(sums.by("click", None, _Verdict.HUMAN))]),
    ]
    return [
        Row(_("Taken by the next server"), [count_cell(sums.arrived)]),
        *(counted if edition.is_counted else []),
        Row(_("Complaints"), [count_cell(sums.states.get(SendState.COMPLAINED, 0))]),
    ]


def tables(edition: Edition, sums: Sums, at: datetime) -> list[Table]:
    read = [_read(sums), _links(edition, sums)] if edition.is_counted else []
    return [*read, _trials(edition, at), _states(sums)]


def _read(sums: Sums) -> Table:
    rows = [
        Row(_("Opened"), _by_whom(sums, "open", None)),
        Row(_("Followed a link"), _by_whom(sums, "click", None)),
    ]
    return Table("read", _("What it led to"), [_("Copies"), *_heads()], rows, none="")


def _links(edition: Edition, sums: Sums) -> Table:
    """The links of the letter, the most followed first; a story stands under its headline."""
    links = edition.links.filter(number__gt=0).select_related("article").only("number", "target", "article__headline")
    ranked = sorted(links, key=lambda link: (-sums.by("click", link.number, _Verdict.HUMAN), link.number))
    rows = [
        Row(_named(link.article.headline if link.article else link.target), _by_whom(sums, "click", link.number))
        for link in ranked
    ]
    title, none = _("Links, by who followed them"), _("It has no link that is counted.")
    return Table("links", title, [_("Link"), *_heads()], rows, none=none)


def _trials(edition: Edition, at: datetime) -> Table:
    """Trials whose last visit to the till, or the first of their reader, came from this edition."""
    begun = asking.trials(Period(edition.edition_on, at.date()))
    rows = []
    for touch, label in (("last", _("Came from it to the till")), ("first", _("Came from it at first"))):
        narrowed = {f"checkout__{touch}_edition": edition.public_id}
        found = begun.filter(**narrowed).aggregate(started=Count("id"), paid=Count("id", Q(has_paid=True)))
        if found["started"]:
            links = [listed("subscription", trial=kind, **narrowed) for kind in ("started", "converted")]
            cells = [count_cell(found["started"], links[0]), count_cell(found["paid"], links[1])]
            rows.append(Row(label, [*cells, share_cell(found["paid"], found["started"])]))
    heads = ["", pgettext("trials", "Begun"), _("Paid since"), pgettext("part", "Share")]
    return Table("trials", _("Trials that began with it"), heads, rows, none=_("No trial has begun with it."))


def _states(sums: Sums) -> Table:
    whole = sum(sums.states.values())
    rows = [
        Row(str(state.label).capitalize(), [count_cell(sums.states[state]), share_cell(sums.states[state], whole)])
        for state in SendState
        if state in sums.states
    ]
    heads = [_("State"), _("Copies"), pgettext("part", "Share")]
    return Table("states", _("What became of its copies"), heads, rows, none=_("It has no copies yet."))


def _by_whom(sums: Sums, kind: str, link: int | None) -> list[Cell]:
    human = sums.by(kind, link, _Verdict.HUMAN)
    others = [count_cell(sums.by(kind, link, verdict)) for verdict in (_Verdict.UNKNOWN, _Verdict.MACHINE)]
    return [count_cell(human), share_cell(human, sums.arrived), *others]


def _heads() -> list[str]:
    return [_("People"), pgettext("part", "Share"), _("Not known"), _("Machines")]


def _named(text: str) -> str:
    """As it can stand in a table; of an address the way and not its campaign."""
    text = text.partition("?")[0] if text.startswith("http") else text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
