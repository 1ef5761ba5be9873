"""How an import knows a post again, and whether anything about it is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_CONTENT, _COUNT, _PICTURES = 32, 4, 28


@dataclass(frozen=True)
class Fingerprint:
    """A post as it was imported: its own content, and which of its pictures were there. Written, it has 64 digits."""

    content: str
    pictures: str
    picture_count: int

    @classmethod
    def of(cls, content: Any, pictures: Sequence[str]) -> Fingerprint:
        """``content`` is anything JSON can say, ``pictures`` the addresses of those that were found."""
        return cls(_digest(content)[:_CONTENT], _digest(sorted(pictures))[:_PICTURES], min(len(pictures), 0xFFFF))

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Back from what :func:`str` wrote."""
        count = text[_CONTENT : _CONTENT + _COUNT]
        return cls(text[:_CONTENT], text[_CONTENT + _COUNT :], int(count, 16))

    def __str__(self) -> str:
        return f"{self.content}{self.picture_count:0{_COUNT}x}{self.pictures}"

    def has_lost_pictures(self, earlier: Fingerprint) -> bool:
        """Whether fewer pictures were found than at the ``earlier`` time, say because no folder was named."""
        return self.picture_count < earlier.picture_count


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()
