"""What an export says of its members, the same from wherever it comes. Pure: bytes in, members and sentences out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from memberships.importing import tables
from memberships.importing.tables import NoTable, Problem

# RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are its brackets.
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 120
_YES = frozenset(("true", "yes", "1", "on", "active", "t", "y"))
# What stands where there is no date.
_NO_DATE = frozenset(("0", "-", "n/a", "never", "null", "none"))


class Claim(IntEnum):
    """What the export says somebody had there; of two lines about one person the higher one holds."""

    FREE = 0
    COMP = 1
    PAID = 2


@dataclass(frozen=True)
class IncomingMember:
    """One person of an export. Texts are empty and moments ``None`` where it does not say.

    ``paid_until`` is the end of what was paid or given; ``renews`` whether it would have gone on from there by itself.
    ``wants_mail`` is ``None`` where the export says nothing of newsletters. ``plan_name`` is its own name for it.
    """

    line: int
    email: str
    name: str = ""
    claim: Claim = Claim.FREE
    renews: bool = True
    customer_ref: str = ""
    subscription_ref: str = ""
    card_ref: str = ""
    paid_until: datetime | None = None
    joined_at: datetime | None = None
    wants_mail: bool | None = None
    plan_name: str = ""

    @property
    def compared(self) -> str:
        return self.email.lower()


@dataclass(frozen=True)
class Reading:
    """``members`` are one for each address, in the order of the file."""

    members: list[IncomingMember]
    problems: list[Problem]


class Row:
    """One line of an export, asked by the names of its columns. What is wrong with it gathers in ``problems``."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.problems: list[Problem] = []
        self._cells = cells

    def text(self, *names: str) -> str:
        """The first of the columns that has something."""
        return next((self._cells[name] for name in names if name in self._cells), "")

    def flag(self, *names: str) -> bool:
        return self.text(*names).lower() in _YES

    def maybe(self, *names: str) -> bool | None:
        return self.flag(*names) if self.text(*names) else None

    def reference(self, kinds: str, *names: str) -> str:
        """An id of Stripe's that begins with one of ``kinds``; any other value is a problem and reads as none."""
        value = self.text(*names)
        prefixes = tuple(f"{kind}_" for kind in kinds.split())
        if value and (not value.startswith(prefixes) or not value.replace("_", "").isalnum() or len(value) > 255):
            self.complain(_("“%(value)s” is no id of Stripe's.") % {"value": value[:60]})
            return ""
        return value

    def moment(self, *names: str) -> datetime | None:
        """A date, or a moment, in UTC where no zone is said."""
        value = self.text(*names)
        if not value or value.lower() in _NO_DATE:
            return None
        try:
            moment = datetime.fromisoformat(value.removesuffix(" UTC"))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            sentence = _("“%(value)s” is no date. Write it like 2026-11-27.")
            self.complain(sentence % {"value": value[:60]})
            return None

    def complain(self, sentence: str) -> None:
        self.problems.append(Problem(self.line, sentence))


@dataclass(frozen=True)
class Export:
    """How one system writes its members. ``member`` answers ``None`` for a line that is nobody."""

    address: tuple[str, ...]
    columns: frozenset[str]
    required: tuple[tuple[str, ...], ...]
    member: Callable[[Row, str], IncomingMember | None]

    def read(self, raw: bytes) -> Reading:
        """Everybody in the file.

        Raises:
            NoTable: it is no such export; the sentence says what it lacks.
        """
        table = tables.read(raw, self.columns)
        for names in (self.address, *self.required):
            if not table.columns & set(names):
                sentence = _("The column “%(column)s” is missing. Export all columns, and keep the first line.")
                raise NoTable(sentence % {"column": names[0]})
        found: list[IncomingMember] = []
        problems = [*table.problems]
        for line, cells in table.rows:
            row = Row(line, cells)
            email = row.text(*self.address).removeprefix("mailto:").strip()
            if not _is_address(email):
                row.complain(_("“%(value)s” is no email address.") % {"value": email[:80]})
            elif member := self.member(row, email):
                found.append(replace(member, name=member.name[:_LONGEST_NAME]))
            problems += row.problems
        return Reading(_each_once(found, problems), sorted(problems, key=lambda each: each.line))


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= _LONGEST_ADDRESS


def _each_once(members: Iterable[IncomingMember], problems: list[Problem]) -> list[IncomingMember]:
    """One line for each address, the one that says most. Who left the newsletters on any line has left them."""
    kept: dict[str, IncomingMember] = {}
    for member in members:
        other = kept.get(member.compared)
        if other is None:
            kept[member.compared] = member
            continue
        first, second = (member, other) if _weight(member) > _weight(other) else (other, member)
        left = False in (member.wants_mail, other.wants_mail)
        kept[member.compared] = replace(first, wants_mail=False if left else first.wants_mail)
        sentence = _("%(email)s stands on line %(line)d too. What line %(line)d says was taken.")
        problems.append(Problem(second.line, sentence % {"email": member.email, "line": first.line}))
    return list(kept.values())


def _weight(member: IncomingMember) -> tuple[int, bool, datetime]:
    return member.claim, bool(member.customer_ref), member.paid_until or datetime.min.replace(tzinfo=UTC)
