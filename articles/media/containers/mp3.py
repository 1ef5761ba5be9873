"""MPEG audio, layer III (ISO/IEC 11172-3 §2.4.1 and 13818-3): its length is the sum of its frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from articles.media.containers.facts import Facts

# By the two bits of the version: 2.5, (reserved), 2, 1. Rates in Hz, bit rates in kbit/s.
_RATES = {0: (11025, 12000, 8000), 2: (22050, 24000, 16000), 3: (44100, 48000, 32000)}
_FIRST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LATER = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LAYER_III = 1
# Some encoders leave padding between the tag and the first frame.
_PADDING = 8 * 1024
# Fewer frames in a row than this may be chance.
_FEWEST = 3


@dataclass(frozen=True)
class _Frame:
    length: int
    seconds: float


def read(file: IO[bytes]) -> Facts | None:
    """``None`` where the file is no MP3."""
    start = _after_tag(file)
    file.seek(start)
    head = file.read(_PADDING)
    for offset in _syncs(head):
        frames = _frames(file, start + offset)
        first = list(islice(frames, _FEWEST))
        if len(first) == _FEWEST:
            return Facts("mp3", sum(frame.seconds for frame in first) + sum(frame.seconds for frame in frames))
    return None


def _after_tag(file: IO[bytes]) -> int:
    """Where an ID3v2 tag ends; its size is in four times seven bits."""
    file.seek(0)
    head = file.read(10)
    if len(head) < 10 or head[:3] != b"ID3":
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _syncs(head: bytes) -> Iterator[int]:
    at = head.find(b"\xff")
    while at != -1:
        if _frame(head[at : at + 4]) is not None:
            yield at
        at = head.find(b"\xff", at + 1)


def _frames(file: IO[bytes], at: int) -> Iterator[_Frame]:
    while True:
        file.seek(at)
        frame = _frame(file.read(4))
        if frame is None:
            return
        yield frame
        at += frame.length


def _frame(header: bytes) -> _Frame | None:
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bits, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version not in _RATES or layer != _LAYER_III or bits in {0, 15} or rate == 3:
        return None
    hertz, is_first = _RATES[version][rate], version == 3
    samples = 1152 if is_first else 576
    length = samples // 8 * (_FIRST if is_first else _LATER)[bits] * 1000 // hertz + padding
    return _Frame(length, samples / hertz)
