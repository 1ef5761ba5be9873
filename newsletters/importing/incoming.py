"""What an export says of its addresses, wherever it comes from. Pure: bytes in, addresses and sentences out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_address

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from memberships.importing import tables
from memberships.importing.incoming import Row
from memberships.importing.tables import NoTable, Problem
from newsletters.delivery.mime import on_the_wire
from newsletters.models import ListImportRow
from newsletters.recipients import LONGEST_ADDRESS

Standing = ListImportRow.Standing

# Of two lines about one address the one further to the right holds: who left on any line has left.
_WEIGHTS = (Standing.PENDING, Standing.SUBSCRIBED, Standing.CLEANED, Standing.UNSUBSCRIBED)
# Where the addresses of erased accounts stand; no mail can go there (RFC 2606 §2).
_NOWHERE = ".invalid"


@dataclass(frozen=True)
class Said:
    """What a line says beside the address. ``network`` is where they asked or confirmed from."""

    standing: ListImportRow.Standing
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    network: str = ""
    language: str = ""


@dataclass(frozen=True)
class IncomingAddress:
    """One address of an export; ``kept`` is the proof as it stood there."""

    part: str
    line: int
    email: str
    said: Said
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def compared(self) -> str:
        return self.email.lower()

    @property
    def weight(self) -> tuple[int, bool, bool]:
        return _WEIGHTS.index(self.said.standing), self.said.confirmed_at is not None, self.said.asked_at is not None


@dataclass(frozen=True)
class Reading:
    """``addresses`` stand in it once each, in the order of the file."""

    addresses: list[IncomingAddress]
    problems: list[Problem]


@dataclass(frozen=True)
class Export:
    """How one system writes its addresses. ``said`` answers ``None`` for a line that is nobody.

    Each of ``required`` is columns of which one has to be there. ``kept`` are the columns that are kept as proof.
    """

    address: tuple[str, ...]
    columns: frozenset[str]
    required: tuple[tuple[str, ...], ...]
    kept: tuple[str, ...]
    said: Callable[[Row], Said | None]

    def read(self, raw: bytes, part: str = "") -> Reading:
        """Every address of one table, also those that stand in it twice.

        Raises:
            NoTable: it is no such export; the sentence says what it lacks.
        """
        table = tables.read(raw, self.columns)
        for names in (self.address, *self.required):
            if not table.columns & set(names):
                sentence = _("There is no column “%(column)s”. The file has: %(columns)s.")
                raise NoTable(sentence % {"column": names[0], "columns": ", ".join(sorted(table.columns))[:500]})
        found: list[IncomingAddress] = []
        problems = [*table.problems]
        for line, cells in table.rows:
            row = Row(line, cells)
            if address := self._address(row, part):
                found.append(address)
            problems += row.problems
        return Reading(found, [_within(part, problem) for problem in problems])

    def _address(self, row: Row, part: str) -> IncomingAddress | None:
        email = row.text(*self.address).removeprefix("mailto:").strip()
        if refusal := wrong_with(email):
            row.complain(refusal)
            return None
        said = self.said(row)
        if said is None:
            return None
        kept = {name: value[:500] for name in self.kept if (value := row.text(name))}
        return IncomingAddress(part, row.line, email, said, kept)


def wrong_with(email: str) -> str:
    """Why mail cannot be sent to an address, as a sentence; nothing where it can."""
    if len(email) > LONGEST_ADDRESS:
        return _("The address is longer than an address can be.")
    if '"' in email:
        return _("The address has quotation marks in it.")
    try:
        on_the_wire(email)
        validate_email(email)
    except ValidationError:
        return _("“%(value)s” is no email address.") % {"value": email[:80]}
    except ValueError as refusal:
        return str(refusal)
    return _("No mail can be sent there.") if email.lower().endswith(_NOWHERE) else ""


def network_of(row: Row, *names: str) -> str:
    """A network address; any other value is a problem and reads as none."""
    value = row.text(*names)
    try:
        return str(ip_address(value)) if value else ""
    except ValueError:
        row.complain(_("“%(value)s” is no network address.") % {"value": value[:60]})
        return ""


def each_once(readings: Iterable[Reading]) -> Reading:
    """One line for each address, the one that weighs most; what was said of the others goes to the problems."""
    kept: dict[str, IncomingAddress] = {}
    problems: list[Problem] = []
    for reading in readings:
        problems += reading.problems
        for address in reading.addresses:
            other = kept.get(address.compared)
            if other is None:
                kept[address.compared] = address
                continue
            first, second = (address, other) if address.weight > other.weight else (other, address)
            kept[address.compared] = first
            sentence = _("%(email)s stands on line %(line)d too. What line %(line)d says was taken.")
            told = Problem(second.line, sentence % {"email": address.email, "line": first.line})
            problems.append(_within(second.part, told))
    return Reading(list(kept.values()), problems)


def _within(part: str, problem: Problem) -> Problem:
    return replace(problem, sentence=f"{part}: {problem.sentence}") if part else problem
