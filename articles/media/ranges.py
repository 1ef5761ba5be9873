"""Byte ranges of RFC 9110 §14, as far as a server of pictures needs them: one range, or the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.IGNORECASE)
CHUNK = 64 * 1024


class UnsatisfiableRange(Exception):
    """The range lies beyond the end (answered with 416)."""


@dataclass(frozen=True)
class ByteRange:
    """First and last byte, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def parse_range(header: str, size: int) -> ByteRange | None:
    """The range asked for; ``None`` for none, several or nonsense, which are all answered with the whole file.

    Raises:
        UnsatisfiableRange: the file is shorter than where the range begins.
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        wanted = ByteRange(max(size - int(last), 0), size - 1)
    else:
        wanted = ByteRange(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < int(first):
            return None
    if wanted.first >= size or wanted.length < 1:
        raise UnsatisfiableRange
    return wanted


def read_range(file: BinaryIO, wanted: ByteRange) -> Iterator[bytes]:
    """The bytes of the range, in chunks; the file is closed at the end, or when nobody listens any more."""
    with file:
        file.seek(wanted.first)
        left = wanted.length
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
