"""Tables as other systems write them: whatever the separator, the encoding and the quotation marks.

Nothing here knows what the columns mean. A line that cannot be read is said with its number, and the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# Some 300,000 people.
LARGEST = 50 * 1024 * 1024
_SEPARATORS = ",;\t|"
# Byte order marks, the longest first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NoTable(Exception):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """What is wrong on a line of the file, as a sentence; line 0 is the file as a whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return _("line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


@dataclass
class Table:
    """``rows`` are the line each begins on and its cells by the name of their column, empty ones left out."""

    columns: frozenset[str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(raw: bytes, known: Collection[str]) -> Table:
    """The table in the file. Of the separators it is the one that makes most of the ``known`` columns.

    Names of columns are compared in lower case, with spaces as underscores.

    Raises:
        NoTable: it is empty, no text, or has none of the columns.
    """
    text, note = _decoded(raw)
    lines = list(io.StringIO(text, newline=""))
    separator = max(_SEPARATORS, key=lambda each: len(_header(lines, each) & set(known)))
    problems = [Problem(0, note)] if note else []
    records = _records(lines, separator, problems)
    _line, names = next((each for each in records if any(each[1])), (0, []))
    columns = [_name(each) for each in names]
    if not set(columns) & set(known):
        raise NoTable(_("This is no such export: its first line names none of the columns it should have."))
    table = Table(frozenset(columns), problems=problems)
    for line, cells in records:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            sentence = _("It has %(cells)d cells, but there are %(columns)d columns.")
            problems.append(Problem(line, sentence % {"cells": len(cells), "columns": len(columns)}))
            continue
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        if row:
            table.rows.append((line, row))
    return table


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, and a sentence where it had to be guessed how it is encoded."""
    if not raw.strip():
        raise NoTable(_("The file is empty."))
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    try:
        # PostgreSQL keeps no NUL, and no cell of an export means one.
        return raw.decode(marked or "utf-8").replace("\0", ""), ""
    except UnicodeDecodeError:
        if marked or b"\0" in raw[:1000]:
            raise NoTable(_("This is no text file. Export it as CSV in UTF-8.")) from None
    sentence = _("It is not in UTF-8 and was read as Windows-1252: look at some names, or export it in UTF-8.")
    return raw.decode("cp1252", errors="replace"), sentence


def _header(lines: list[str], separator: str) -> set[str]:
    cells = next((cells for _line, cells in _records(lines, separator, []) if any(cells)), [])
    return {_name(each) for each in cells}


def _name(cell: str) -> str:
    return "_".join(cell.strip().lower().split())


def _records(lines: list[str], separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on. After a broken one reading begins anew with the line that follows."""
    begin = 0
    while begin < len(lines):
        reader = csv.reader(_from(lines, begin), delimiter=separator, strict=True)
        done = 0
        try:
            for cells in reader:
                yield begin + done + 1, cells
                done = reader.line_num
            return
        except csv.Error:
            sentence = _("Its quotation marks do not match, so it was left out.")
            problems.append(Problem(begin + done + 1, sentence))
            begin += done + 1


def _from(lines: list[str], begin: int) -> Iterator[str]:
    for number in range(begin, len(lines)):
        yield lines[number]
