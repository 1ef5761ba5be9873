"""What may be typed into the card form, and what is said about the rest."""

from __future__ import annotations

import pytest

from newsroom.embedded.stripe import cards


def read(number: str = "4242 4242 4242 4242", expiry: str = "08 / 31", cvc: str = "123") -> cards.Entry:
    return cards.read_entry(number, expiry, cvc, year_now=2026, month_now=11)


def test_every_test_card_passes_its_own_checks() -> None:
    for card in cards.CARDS:
        entry = read(card.grouped, cvc="1234" if card.brand == "amex" else "123")
        assert entry.errors == {}
        assert entry.card == card
        assert card.fate in cards.FATES


def test_every_token_stands_for_a_test_card() -> None:
    assert all(cards.by_token(token) for token in cards.TOKENS)
    assert cards.by_token("pm_card_gold") is None


@pytest.mark.parametrize("expiry", ["08/31", "8/31", "0831", "08 / 2031", "08-31", "11/26"])
def test_an_expiry_date_may_be_written_in_many_ways(expiry: str) -> None:
    assert read(expiry=expiry).errors == {}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"number": ""}, "card-number", "Enter the card number."),
        ({"number": "4242"}, "card-number", "Your card number is incomplete."),
        ({"number": "4242 4242 4242 4241"}, "card-number", "Your card number is invalid. Check the digits."),
        ({"number": "4242 4242 4242 424x"}, "card-number", "A card number has digits only. Check what you typed."),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "card-number", "A card number has digits only. Check what you typed."),
        ({"expiry": ""}, "card-expiry", "Enter the expiry date."),
        ({"expiry": "13/31"}, "card-expiry", "Write the expiry date as month and year, like 08 / 31."),
        ({"expiry": "10/26"}, "card-expiry", "Your card’s expiration date is in the past."),
        ({"expiry": "10/2099"}, "card-expiry", "Your card’s expiration year is invalid."),
        ({"cvc": ""}, "card-cvc", "Enter the security code."),
        ({"cvc": "12"}, "card-cvc", "The security code has 3 digits."),
        ({"number": "378282246310005"}, "card-cvc", "The security code has 4 digits."),
    ],
)
def test_a_mistake_is_named_beside_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    entry = read(**typed)
    assert entry.card is None
    assert entry.errors[field] == sentence


def test_a_number_that_could_be_real_is_refused() -> None:
    assert "never type a real one here" in read("4111 1111 1111 1111").errors["card-number"]


def test_a_fingerprint_is_the_same_for_the_same_number_only() -> None:
    first, second = cards.CARDS[:2]
    assert first.fingerprint == cards.Card(first.number, "visa", "declined").fingerprint
    assert first.fingerprint != second.fingerprint
    assert first.number not in first.fingerprint
