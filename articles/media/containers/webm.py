"""WebM: elements of EBML (RFC 8794) as Matroska names them (RFC 9559). What it is stands before the first cluster."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from articles.media.containers.facts import Facts, RecordingError, damaged

# All that precedes the film is in the first part of the file.
_HEAD = 1024 * 1024
_EBML, _DOCUMENT, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1F43B675
_INFO, _SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _KIND, _VIDEO = 0x1654AE6B, 0xAE, 0x83, 0xE0
_WIDTH, _HEIGHT = 0xB0, 0xBA
_IS_FILM = 1


def read(file: IO[bytes]) -> Facts:
    file.seek(0)
    data = file.read(_HEAD)
    document = _one(_one(data, _EBML), _DOCUMENT)
    if document.rstrip(b"\0") != b"webm":
        raise RecordingError(_("This is a Matroska file, which not every browser plays. Export it as WebM or MP4."))
    segment = _one(data, _SEGMENT)
    info = _one(segment, _INFO)
    for track in _all(_one(segment, _TRACKS), _TRACK):
        if _number(_one(track, _KIND)) == _IS_FILM:
            film = _one(track, _VIDEO)
            width, height = _number(_one(film, _WIDTH)), _number(_one(film, _HEIGHT))
            if not width or not height:
                raise damaged()
            return Facts("webm", _seconds(info), width, height)
    raise RecordingError(_("There is no film in this WebM file. Export sound as MP3 or M4A."))


def _seconds(info: bytes) -> float | None:
    """A browser's own recorder does not say how long it took."""
    length = _one(info, _DURATION)
    if len(length) not in {4, 8}:
        return None
    (ticks,) = struct.unpack(">f" if len(length) == 4 else ">d", length)
    # Ticks are a millisecond unless the file says otherwise; a film lasts, and less than a year.
    seconds = float(ticks) * (_number(_one(info, _SCALE)) or 1_000_000) / 1e9
    return seconds if 0 < seconds < 366 * 86_400 else None


def _one(data: bytes, wanted: int) -> bytes:
    return next(_all(data, wanted), b"")


def _number(content: bytes) -> int:
    return int.from_bytes(content[:8], "big")


def _all(data: bytes, wanted: int) -> Iterator[bytes]:
    """The contents of the elements with this id, as far as they are in ``data``, up to the first cluster."""
    at = 0
    while at < len(data):
        element, at = _vint(data, at, keeps_marker=True)
        size, start = _vint(data, at, keeps_marker=False)
        if element == _CLUSTER:
            return
        end = len(data) if size is None else start + size
        if element == wanted:
            yield data[start:end]
        at = end


def _vint(data: bytes, at: int, *, keeps_marker: bool) -> tuple[int | None, int]:
    """A number of variable length (RFC 8794 §4) and where it ends; ``None`` is a size that is not known."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if first == 0 or at + length > len(data):
        raise damaged()
    value = int.from_bytes(data[at : at + length], "big")
    if keeps_marker:
        return value, at + length
    value &= (1 << 7 * length) - 1
    return None if value == (1 << 7 * length) - 1 else value, at + length
