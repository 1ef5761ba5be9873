"""Compiles the translations, without the gettext tools of a system: every ``.po`` to the ``.mo`` that Django reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

# Babel reads a line with a missing quote as a shorter text, without a word.
_LINE = re.compile(r'#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*"|')


class CatalogueError(Exception):
    """A translation file is wrong. The message names the file and the line and says what is."""


def compile_catalogues(root: Path, *, force: bool = False) -> list[Path]:
    """Compile every translation file below `root` that is newer than its result; the results written.

    Draft ("fuzzy") translations are left out. Raises CatalogueError at the first file that is wrong, and then leaves
    the result of that file as it was.
    """
    stale = [source for source in _sources(root) if force or _is_stale(source)]
    return [_compile(source) for source in stale]


def _sources(root: Path) -> list[Path]:
    return sorted([*root.glob("locale/*/LC_MESSAGES/*.po"), *root.glob("*/locale/*/LC_MESSAGES/*.po")])


def _is_stale(source: Path) -> bool:
    result = source.with_suffix(".mo")
    return not result.exists() or result.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    catalogue = _read(source)
    for message in catalogue:
        for complaint in _complaints(message, catalogue):
            raise CatalogueError(f"{source}:{message.lineno}: {complaint}.")
    result = source.with_suffix(".mo")
    draft = source.with_suffix(".mo.tmp")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(result)
    return result


def _read(source: Path) -> Catalog:
    try:
        text = source.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if not _LINE.fullmatch(line.strip()):
                raise CatalogueError(f"{source}:{number}: this is no comment and no keyword with a text in quotes.")
        return read_po(StringIO(text), locale=Locale.parse(source.parent.parent.name), abort_invalid=True)
    except PoFileError as error:
        raise CatalogueError(f"{source}:{error.lineno + 1}: {error}.") from error
    except (UnknownLocaleError, ValueError) as error:
        raise CatalogueError(f"{source}: {error}.") from error


def _complaints(message: Message, catalogue: Catalog) -> Iterator[str]:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if message.fuzzy or not message.id or not any(forms):
        return
    # An empty form would show as nothing at all, where a text without translation shows as it was written.
    if not all(forms):
        yield f"of the {catalogue.num_plurals} plural forms some are empty"
    yield from map(str, message.check(catalogue))
