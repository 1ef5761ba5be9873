"""MP4 (ISO/IEC 14496-12): boxes in boxes. What it is can be read in ``moov``, wherever that stands."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from articles.media.containers.facts import Facts, RecordingError, damaged

_FILM = {b"avc1", b"avc3"}
_SOUND = {b"mp4a"}
# A file of ours has dozens; one with more than this was made to keep us busy.
_MOST_BOXES = 20_000


@dataclass(frozen=True)
class _Track:
    handler: bytes
    codec: bytes
    width: int
    height: int


def read(file: IO[bytes]) -> Facts:
    end = file.seek(0, 2)
    try:
        movie = _first(file, (0, end), b"moov")
        tracks = [_track(file, span) for kind, span in _boxes(file, movie) if kind == b"trak"]
        seconds = _seconds(_body(file, _first(file, movie, b"mvhd")))
    except struct.error as error:
        raise damaged() from error
    films = [track for track in tracks if track.handler == b"vide"]
    sounds = [track for track in tracks if track.handler == b"soun"]
    if any(track.codec not in _FILM for track in films):
        raise RecordingError(_("Not every browser plays the film in this file. Export it as MP4 with H.264 and AAC."))
    if any(track.codec not in _SOUND for track in sounds) or not films + sounds:
        raise RecordingError(_("Not every browser plays the sound in this file. Export it with AAC, or as MP3."))
    if not films:
        return Facts("m4a", seconds)
    if not films[0].width or not films[0].height:
        raise damaged()
    return Facts("mp4", seconds, films[0].width, films[0].height)


def _track(file: IO[bytes], span: tuple[int, int]) -> _Track:
    header = _body(file, _first(file, span, b"tkhd"))
    media = _first(file, span, b"mdia")
    handler = _body(file, _first(file, media, b"hdlr"))[8:12]
    described = _body(file, _first(file, media, b"minf", b"stbl", b"stsd"))
    # Version 1 has its moments and its length in 64 bits. The matrix of a film shot upright turns it: its first is 0.
    matrix = 52 if header[:1] == b"\x01" else 40
    turns, width, height = struct.unpack_from(">i32xII", header, matrix)
    width, height = width >> 16, height >> 16
    if turns == 0:
        width, height = height, width
    return _Track(handler, described[12:16], width, height)


def _seconds(header: bytes) -> float | None:
    """0 stands in files made as they were broadcast, which do not say."""
    shape, at = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    scale, length = struct.unpack_from(shape, header, at)
    return length / scale if scale and length else None


def _first(file: IO[bytes], span: tuple[int, int], *path: bytes) -> tuple[int, int]:
    for wanted in path:
        span = next((inner for kind, inner in _boxes(file, span) if kind == wanted), (0, 0))
        if span == (0, 0):
            raise damaged()
    return span


def _boxes(file: IO[bytes], span: tuple[int, int]) -> Iterator[tuple[bytes, tuple[int, int]]]:
    at, end = span
    for _number in range(_MOST_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if size == 1:
            (size,), header = struct.unpack(">Q", head[8:16]), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            raise damaged()
        yield kind, (at + header, at + size)
        at += size
    raise damaged()


def _body(file: IO[bytes], span: tuple[int, int]) -> bytes:
    """The beginning of a box, as much as any field asked for here needs."""
    file.seek(span[0])
    return file.read(min(span[1] - span[0], 128))
