"""Zip files that strangers made: their tables, or a sentence. Nothing in one is believed before it is counted."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from memberships.importing.tables import LARGEST, NoTable

_MOST_FILES = 100
# Tables come to a tenth of themselves, and those whose lines are nearly alike to a fortieth.
_MOST_TIMES_PACKED = 200
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def is_archive(raw: bytes) -> bool:
    return raw.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def tables_in(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each CSV file.

    Raises:
        NoTable: it is damaged, locked, or larger than it may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from _read(archive)
    except _BROKEN:
        raise NoTable(_("The zip file is damaged or has a password. Export it anew.")) from None


def _read(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    listed = archive.infolist()
    if len(listed) > _MOST_FILES:
        raise NoTable(_("There are too many files in the zip file."))
    # What is packed may come to as much as a file that never was.
    left = LARGEST
    for each in listed:
        name = _name(each.filename)
        if not name.lower().endswith(".csv") or name.startswith("."):
            continue
        if each.file_size > max(left, 0) or each.file_size > _MOST_TIMES_PACKED * max(each.compress_size, 1):
            raise NoTable(_too_large())
        with archive.open(each) as packed:
            # What the file says of its own size is not asked twice.
            content = packed.read(left + 1)
        left -= len(content)
        if left < 0:
            raise NoTable(_too_large())
        yield name, content


def _name(path: str) -> str:
    name = PurePosixPath(path.replace("\\", "/")).name
    return "".join(each for each in name if each.isprintable())[:120]


def _too_large() -> str:
    return _("What is in the zip file is larger than 50 MB. Split it; each part needs its first line.")
