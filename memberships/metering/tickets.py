"""The meter an anonymous browser carries: a signed cookie with a number drawn by lot and what was read on it.

What somebody without an account read stands nowhere but in their own browser. Items are written as short hashes, so
that a full cookie has room for ``MOST_ALLOWED`` of them.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date
from secrets import token_urlsafe

from django.core.signing import BadSignature, Signer

COOKIE = "meter"
_SIGNER = "memberships.metering.tickets"
_NUMBER_BYTES = 12
_MARK_BYTES = 6


@dataclass(frozen=True)
class Ticket:
    """Which meter it is, for which month, and the marks of what was read on it, in order."""

    number: str
    month: date
    marks: tuple[str, ...] = ()
    is_new: bool = False

    def has(self, key: str) -> bool:
        return mark_of(key) in self.marks

    def with_item(self, key: str) -> Ticket:
        return replace(self, marks=(*self.marks, mark_of(key)), is_new=False)


def fresh(month: date) -> Ticket:
    return Ticket(token_urlsafe(_NUMBER_BYTES), month, is_new=True)


def read(cookie: str, month: date) -> Ticket:
    """The ticket in a cookie; a fresh one where there is none for this month, or it is not what was signed here."""
    try:
        number, of_month, marks = Signer(salt=_SIGNER).unsign_object(cookie)
    except (BadSignature, ValueError, TypeError):
        return fresh(month)
    return Ticket(number, month, tuple(marks)) if of_month == month.isoformat() else fresh(month)


def written(ticket: Ticket) -> str:
    """The cookie's value."""
    return Signer(salt=_SIGNER).sign_object([ticket.number, ticket.month.isoformat(), list(ticket.marks)])


def mark_of(key: str) -> str:
    """An item in eight letters; two items with one mark would only make one of them free."""
    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest()[:_MARK_BYTES]).decode("ascii")
