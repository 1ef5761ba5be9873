"""A kept answer: its body in every encoding browsers ask for, its tags, and until when it is good."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import brotli

from newsroom.pagecache.variant import Page

Headers = list[tuple[str, str]]

_SMALL = 512
_COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/feed",
)
_LENGTHS = struct.Struct(">IIII")


class Made(NamedTuple):
    """A copy as it goes out: what does not change from one answer to the next."""

    headers: Headers
    body: bytes
    tag: str


@dataclass(frozen=True)
class Copy:
    """One answer of Django's, to be given again. Moments are seconds of the product's clock since 1970.

    ``mark`` is how far purges had come before it was rendered, see :mod:`.purges`.
    """

    page: Page
    status: str
    headers: tuple[tuple[str, str], ...]
    plain: bytes
    keys: tuple[str, ...]
    mark: tuple[int, int]
    made_at: float
    fresh_until: float
    stale_until: float
    gzipped: bytes = b""
    brotlied: bytes = b""
    cache_control: str = ""
    # What it is sent as, by encoding and privacy; made when first needed.
    made: dict[tuple[str, bool], Made] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def tag(self) -> str:
        """What the strong entity tags begin with; no two bodies share one."""
        return hashlib.sha256(b"\0".join([self.status.encode(), *map(_line, self.headers), self.plain])).hexdigest()[
            :24
        ]

    @cached_property
    def size(self) -> int:
        """Roughly how many bytes of memory it takes."""
        return len(self.plain) + len(self.gzipped) + len(self.brotlied) + 4096

    def body(self, encoding: str) -> bytes:
        return {"gzip": self.gzipped, "br": self.brotlied}.get(encoding, self.plain)

    def offered(self, accepted: str) -> str:
        """The best encoding it has for an ``Accept-Encoding`` header, empty for none."""
        wanted = best_encodings(accepted)
        return next((encoding for encoding in wanted if self.body(encoding)), "") if self.gzipped else ""

    def to_bytes(self) -> bytes:
        """For the shared cache. JSON and bytes: whatever is read back can only ever be an answer, never a program."""
        head = json.dumps(
            {
                "page": self.page.code,
                "status": self.status,
                "headers": self.headers,
                "keys": self.keys,
                "mark": self.mark,
                "moments": [self.made_at, self.fresh_until, self.stale_until],
                "cache_control": self.cache_control,
            }
        ).encode()
        parts = (head, self.plain, self.gzipped, self.brotlied)
        return _LENGTHS.pack(*map(len, parts)) + b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Copy:
        """Raises ValueError for anything :meth:`to_bytes` did not write."""
        try:
            parts = _parted(data)
            head = json.loads(parts[0])
            made_at, fresh_until, stale_until = map(float, head["moments"])
            return cls(
                page=Page.coded(head["page"]),
                status=head["status"],
                headers=tuple((name, value) for name, value in head["headers"]),
                plain=parts[1],
                keys=tuple(head["keys"]),
                mark=_mark(head["mark"]),
                made_at=made_at,
                fresh_until=fresh_until,
                stale_until=stale_until,
                gzipped=parts[2],
                brotlied=parts[3],
                cache_control=head["cache_control"],
            )
        except (KeyError, TypeError, struct.error) as error:
            raise ValueError("This is no copy of a page.") from error


@dataclass(frozen=True)
class Encoded:
    """A body compressed in the two ways browsers know; both empty where it is not worth it."""

    gzipped: bytes = field(default=b"", repr=False)
    brotlied: bytes = field(default=b"", repr=False)


def encoded(body: bytes, content_type: str) -> Encoded:
    """Kept pages hold no secret of anybody's, so compressing them gives none away."""
    if len(body) < _SMALL or not content_type.startswith(_COMPRESSIBLE):
        return Encoded()
    return Encoded(gzip.compress(body, 6, mtime=0), brotli.compress(body, quality=5))


@lru_cache(maxsize=256)
def best_encodings(accepted: str) -> tuple[str, ...]:
    """Which of brotli and gzip the client takes, the better first (RFC 9110 §12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    anything = weights.get("*", 0.0)
    taken = [(weights.get(name, anything), rank, name) for rank, name in enumerate(("gzip", "br"))]
    return tuple(name for weight, _rank, name in sorted(taken, reverse=True) if weight > 0)


def _weight(parameter: str) -> float:
    name, _equals, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _line(header: Iterable[str]) -> bytes:
    return ": ".join(header).encode("utf-8", "surrogateescape")


def _mark(pair: list[int]) -> tuple[int, int]:
    first, second = pair
    return int(first), int(second)


def _parted(data: bytes) -> list[bytes]:
    lengths = _LENGTHS.unpack_from(data)
    if len(data) != _LENGTHS.size + sum(lengths):
        raise ValueError("This copy of a page is cut short.")
    parts, start = [], _LENGTHS.size
    for length in lengths:
        parts.append(data[start : start + length])
        start += length
    return parts
