"""The access receipt: a short code on every wall that says who met it, where, when and why.

It is the facts themselves and stored nowhere, so a wall may be shown a million times and kept by a cache: a byte for
the reason, then the second since 2026, the number of what was closed and that of the account as LEB128 numbers, then
two bytes of HMAC-SHA256 against slips of the pen; in RFC 4648's base 32, by fours. Digits 0 and 1 are read as the
letters they are taken for.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from memberships.access import Reason, Verdict

_PURPOSE = "memberships.receipt"
_MAC = 2
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_REASONS = list(Reason)
_LONGEST = 60


class ReceiptError(ValueError):
    """Why a code cannot be read, in a sentence for whoever pasted it."""


@dataclass(frozen=True)
class Receipt:
    """Who (an account's key, 0 for a stranger) met a wall at which item (its key), when and why.

    The moment is the end of its second, so that what was true then is found by it.
    """

    at: datetime
    reason: Reason
    item: int
    user: int = 0


def code_of(receipt: Receipt) -> str:
    """The code, in groups of four."""
    seconds = ceil((receipt.at - _SINCE).total_seconds())
    numbers = (max(seconds, 0), receipt.item, receipt.user)
    payload = bytes([_REASONS.index(receipt.reason)]) + b"".join(map(_number, numbers))
    letters = b32encode(payload + _mac(payload, settings.SECRET_KEY)).decode("ascii").rstrip("=")
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def read(code: str) -> Receipt:
    """The receipt behind a code, however it was typed.

    Raises:
        ReceiptError: when it is no code of ours, or was mistyped.
    """
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate({48: "O", 49: "I"})
    try:
        sealed = b32decode(letters[:_LONGEST] + "=" * (-len(letters[:_LONGEST]) % 8))
        payload, mac = sealed[:-_MAC], sealed[-_MAC:]
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if not any(constant_time_compare(mac, _mac(payload, key)) for key in keys):
            raise ReceiptError
        seconds, item, user = _numbers(payload[1:])
        return Receipt(_SINCE + timedelta(seconds=seconds), _REASONS[payload[0]], item, user)
    except (NotBase32, ValueError, IndexError, OverflowError):
        raise ReceiptError(
            _("This is no access receipt. Look whether a letter is missing, and paste it again.")
        ) from None


def explain(verdict: Verdict) -> str:
    """A verdict in a sentence for staff."""
    sentences = {
        Reason.PUBLIC: _("Open: it is free for everybody."),
        Reason.REGISTERED: _("Open: they were signed in, and that is all it asks."),
        Reason.ENTITLED: _("Open: they held a right to it."),
        Reason.METERED: _("Open: it is metered, and some of the month’s readings were left."),
        Reason.GIFTED: _("Open: a gift link opened it."),
        Reason.PASSED: _("Open: a newsletter’s link opened it."),
        Reason.CRAWLER: _("Open: a search engine that proved who it is."),
        Reason.STAFF: _("Open: they work here."),
        Reason.NEEDS_LOGIN: _("Closed: it asks for an account, and nobody was signed in."),
        Reason.NEEDS_SUBSCRIPTION: _("Closed: it asks for a product, and no right to it was in force."),
        Reason.METER_SPENT: _("Closed: it is metered, and the month’s readings were used up or could not be counted."),
    }
    return sentences[verdict.reason]


def _number(value: int) -> bytes:
    """A number as LEB128: seven bits a byte, the highest bit says that more follow."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(rest) if rest else bytes([low])


def _numbers(payload: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in payload:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield value
            value = shift = 0


def _mac(payload: bytes, secret: str | bytes) -> bytes:
    return salted_hmac(_PURPOSE, payload, secret=secret, algorithm="sha256").digest()[:_MAC]
