"""What Stripe sends, read strictly: a JSON object whose every field may be missing, null or of another type.

What a right to read or a sum is made of must be there and be what it is documented to be: where it is not, the whole
object is refused. The objects themselves are in :mod:`memberships.stripe.remote`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


class Unusable(Exception):
    """What Stripe holds cannot be used here; subclasses say why."""


class Unreadable(Unusable):
    """What came is not the object it should be: it has no id, or not the kind of content that has one."""


class Payload:
    """A JSON object of Stripe's whose every field may be missing, null or of another type than documented."""

    def __init__(self, content: object) -> None:
        self._content: dict[str, Any] = content if isinstance(content, dict) else {}

    def part(self, *path: str) -> Payload:
        content: Any = self._content
        for name in path:
            content = content.get(name) if isinstance(content, dict) else None
        return Payload(content)

    def full(self, name: str) -> dict[str, Any] | None:
        """Another object, where it stands there in full and not just with its id."""
        value = self._content.get(name)
        return value if isinstance(value, dict) else None

    def text(self, name: str) -> str:
        value = self._content.get(name)
        return value if isinstance(value, str) else ""

    def required(self, name: str) -> str:
        """A text that must be there.

        Raises:
            Unreadable: when it is missing, null, empty or no text.
        """
        if not (value := self.text(name)):
            raise Unreadable(f"Stripe sent an object without {name}.")
        return value

    def required_word(self, name: str, known: frozenset[str]) -> str:
        """One of Stripe's own words, each of which we know what it means.

        Raises:
            Unreadable: when it is missing, null, no text, or a word that nobody here knows.
        """
        if (value := self.required(name)) not in known:
            raise Unreadable(f"Stripe says {value!r} for {name} of {self.text('id')}, which we do not know.")
        return value

    def reference(self, name: str) -> str:
        """The id of another object, which may stand there in full."""
        return self.text(name) or self.part(name).text("id")

    def required_integer(self, name: str) -> int:
        """A number that must be there.

        Raises:
            Unreadable: when it is missing, null or no integer.
        """
        if (value := self.number(name)) is None:
            raise Unreadable(f"Stripe sent an object whose {name} is no number.")
        return value

    def required_flag(self, name: str) -> bool:
        """A yes or no that must be there.

        Raises:
            Unreadable: when it is missing, null or neither.
        """
        value = self._content.get(name)
        if not isinstance(value, bool):
            raise Unreadable(f"Stripe sent an object whose {name} is neither yes nor no.")
        return value

    def required_moment(self, name: str) -> datetime:
        """A moment that must be there.

        Raises:
            Unreadable: when it is missing, null or no moment.
        """
        if (moment := self.moment(name)) is None:
            raise Unreadable(f"Stripe sent an object whose {name} is no moment.")
        return moment

    def nullable_moment(self, name: str) -> datetime | None:
        """A moment, or nothing where that is said.

        Raises:
            Unreadable: when it is missing, or neither null nor a moment.
        """
        if name in self._content and self._content[name] is None:
            return None
        return self.required_moment(name)

    def number(self, name: str) -> int | None:
        value = self._content.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def integer(self, name: str) -> int:
        return self.number(name) or 0

    def decimal(self, name: str) -> Decimal | None:
        """A number with or without digits after its point, exactly as it was written."""
        value = self._content.get(name)
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return Decimal(str(value)) if is_number else None

    def flag(self, name: str) -> bool:
        return self._content.get(name) is True

    def moment(self, name: str) -> datetime | None:
        """A moment given as seconds since 1970; nothing where it is no such number or beyond the calendar."""
        seconds = self.integer(name)
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        except (OverflowError, ValueError, OSError):
            return None

    def texts(self, name: str) -> list[str]:
        """The texts of a plain list."""
        value = self._content.get(name)
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

    def entries(self, name: str) -> list[Payload]:
        """The entries of a plain list."""
        value = self._content.get(name)
        return [Payload(entry) for entry in value] if isinstance(value, list) else []

    def members(self, *path: str) -> list[Payload]:
        """The entries of a Stripe list object."""
        return self.part(*path).entries("data")


@dataclass(frozen=True)
class Unread:
    """An object that was refused: whose it seems to be, and why."""

    id: str
    customer_id: str
    why: str

    @classmethod
    def of(cls, content: object, error: Unreadable) -> Unread:
        payload = Payload(content)
        return cls(payload.text("id"), payload.reference("customer"), str(error))
