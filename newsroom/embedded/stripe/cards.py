"""Test cards: Stripe's published numbers, each with the fate it stands for. No other number is accepted.

A number is looked at once, on the hosted page; what is kept of it are the brand, the last four digits, a fingerprint
and the name of its fate.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsroom.embedded.stripe.errors import StripeError


@dataclass(frozen=True)
class Decline:
    """Why a bank says no, in the codes of the API and in the words the cardholder reads."""

    code: str
    message: str
    decline_code: str | None = None


GENERIC = Decline("card_declined", "Your card was declined.", "generic_decline")
FUNDS = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
LOST = Decline("card_declined", "Your card was declined.", "lost_card")
STOLEN = Decline("card_declined", "Your card was declined.", "stolen_card")
EXPIRED = Decline("expired_card", "Your card has expired.")
CVC = Decline("incorrect_cvc", "Your card’s security code is incorrect.")
PROCESSING = Decline("processing_error", "An error occurred while processing your card. Try again in a little bit.")
UNAUTHENTICATED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "Your card was declined. This page takes Stripe’s published test card numbers only; never type a real one here.",
    "test_mode_live_card",
)


@dataclass(frozen=True)
class Fate:
    """What happens to a card when it is saved, when it is charged and when it is paid back.

    ``challenge`` is "never", "setup" (once, when it is saved; later charges pass) or "always" (each charge wants the
    cardholder present). ``refund`` is "succeeds", "pends" (and succeeds later) or "fails" (later, having succeeded).
    ``afterwards`` is what comes of a charge that succeeded: nothing, "dispute" or "warning" (the bank expects one).
    """

    meaning: str
    saving: Decline | None = None
    charging: Decline | None = None
    challenge: str = "never"
    refund: str = "succeeds"
    afterwards: str = ""


FATES = {
    "good": Fate("succeeds"),
    "declined": Fate("is declined", GENERIC, GENERIC),
    "no_funds": Fate("is declined: insufficient funds", FUNDS, FUNDS),
    "lost": Fate("is declined: lost card", LOST, LOST),
    "stolen": Fate("is declined: stolen card", STOLEN, STOLEN),
    "expired": Fate("is declined: expired card", EXPIRED, EXPIRED),
    "wrong_cvc": Fate("is declined: wrong security code", CVC, CVC),
    "processing": Fate("is declined: processing error", PROCESSING, PROCESSING),
    "fails_later": Fate("is saved, then every charge is declined", None, GENERIC),
    "refund_pends": Fate("succeeds; a refund is under way for a day", refund="pends"),
    "refund_fails": Fate("succeeds; a refund comes back after a day", refund="fails"),
    "challenge_once": Fate("asks for 3-D Secure once, then succeeds", challenge="setup"),
    "challenge_always": Fate("asks for 3-D Secure on every payment", challenge="always"),
    "disputed": Fate("succeeds, then every charge is disputed as fraud", afterwards="dispute"),
    "suspected": Fate("succeeds, then the bank warns of fraud", afterwards="warning"),
}


@dataclass(frozen=True)
class Card:
    number: str
    brand: str
    fate: str = "good"
    funding: str = "credit"
    country: str = "US"
    # Everybody types the first of Stripe's numbers, so it stands for a card of one's own each time.
    is_anybodys: bool = False

    @property
    def cvc_length(self) -> int:
        return 4 if self.brand == "amex" else 3

    @property
    def fingerprint(self) -> str:
        """The same for the same number, whoever types it; tells nothing about the number."""
        return hashlib.sha256(f"newsroom stand-in {self.number}".encode()).hexdigest()[:16]

    @property
    def grouped(self) -> str:
        groups = (4, 6, 5) if len(self.number) == 15 else (4, 4, 4, 4)
        starts = [sum(groups[:index]) for index in range(len(groups))]
        return " ".join(self.number[start : start + size] for start, size in zip(starts, groups, strict=True))


CARDS = (
    Card("4242424242424242", "visa", is_anybodys=True),
    Card("4000000000000002", "visa", "declined"),
    Card("4000000000009995", "visa", "no_funds"),
    Card("4000000000000341", "visa", "fails_later"),
    Card("4000002500003155", "visa", "challenge_once"),
    Card("4000002760003184", "visa", "challenge_always"),
    Card("5555555555554444", "mastercard"),
    Card("378282246310005", "amex"),
    Card("4000056655665556", "visa", funding="debit"),
    Card("5200828282828210", "mastercard", funding="debit"),
    Card("2223003122003222", "mastercard"),
    Card("6011111111111117", "discover"),
    Card("3566002020360505", "jcb"),
    Card("4000000000009987", "visa", "lost"),
    Card("4000000000009979", "visa", "stolen"),
    Card("4000000000000069", "visa", "expired"),
    Card("4000000000000127", "visa", "wrong_cvc"),
    Card("4000000000000119", "visa", "processing"),
    Card("4000000000007726", "visa", "refund_pends"),
    Card("4000000000000259", "visa", "disputed"),
    Card("4000000000005423", "visa", "suspected"),
    Card("4000000000005126", "visa", "refund_fails"),
)
_BY_NUMBER = {card.number: card for card in CARDS}

# The ready-made payment methods of Stripe's test mode that need no number at all.
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createIssuerFraudRecord": "4000000000005423",
}


def by_token(token: str) -> Card | None:
    return _BY_NUMBER.get(TOKENS.get(token, ""))


def passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@dataclass(frozen=True)
class Entry:
    """A card as typed: the card if all of it is well formed, and else what is wrong, by field."""

    card: Card | None
    month: int
    year: int
    errors: dict[str, str]


def read_entry(number: str, expiry: str, cvc: str, *, year_now: int, month_now: int) -> Entry:
    """Check what was typed. Errors are sentences, keyed ``card-number``, ``card-expiry`` and ``card-cvc``."""
    digits = re.sub(r"[\s-]", "", number)
    card = _BY_NUMBER.get(digits)
    errors: dict[str, str] = {}
    if problem := _number_problem(digits, card):
        errors["card-number"] = problem
    month, year = _read_expiry(expiry)
    if problem := _expiry_problem(expiry, month, year, year_now, month_now):
        errors["card-expiry"] = problem
    if problem := _cvc_problem(cvc.strip(), card):
        errors["card-cvc"] = problem
    return Entry(None if errors else card, month, year, errors)


def _number_problem(digits: str, card: Card | None) -> str | None:
    if not digits:
        return "Enter the card number."
    if not (digits.isascii() and digits.isdecimal()):
        return "A card number has digits only. Check what you typed."
    if len(digits) < 12 or (len(digits) < 16 and digits[0] in "456"):
        return "Your card number is incomplete."
    if len(digits) > 19 or not passes_luhn(digits):
        return "Your card number is invalid. Check the digits."
    return None if card else NOT_A_TEST_CARD.message


def _read_expiry(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,2})\s*[/\s-]?\s*(\d{2}|\d{4})\s*", text, re.ASCII)
    if match is None:
        return 0, 0
    year = int(match[2])
    return int(match[1]), year + 2000 if year < 100 else year


def _expiry_problem(text: str, month: int, year: int, year_now: int, month_now: int) -> str | None:
    if not text.strip():
        return "Enter the expiry date."
    if not 1 <= month <= 12:
        return "Write the expiry date as month and year, like 08 / 31."
    if (year, month) < (year_now, month_now):
        return "Your card’s expiration date is in the past."
    if year > year_now + 50:
        return "Your card’s expiration year is invalid."
    return None


def _cvc_problem(cvc: str, card: Card | None) -> str | None:
    if not cvc:
        return "Enter the security code."
    lengths = (card.cvc_length,) if card else (3, 4)
    if not (cvc.isascii() and cvc.isdecimal() and len(cvc) in lengths):
        return f"The security code has {' or '.join(map(str, lengths))} digits."
    return None


def fate(method: dict[str, Any]) -> Fate:
    return FATES[method["_fate"]]


def has_expired(method: dict[str, Any], at: int) -> bool:
    """Whether the month printed on the card is over. Time alone does this: the card was good when it was saved."""
    now = datetime.fromtimestamp(at, UTC)
    return (method["card"]["exp_year"], method["card"]["exp_month"]) < (now.year, now.month)


def error(decline: Decline, param: str | None = None) -> StripeError:
    return StripeError(
        decline.message, 402, "card_error", decline.code, param, decline_code=decline.decline_code, keeps=True
    )
