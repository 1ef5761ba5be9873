"""The card form that checkout, portal and invoice share: its fields, what is wrong with them, the card it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import methods
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages.rendering import Html, fill, join, when
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

# The test cards worth showing; all of cards.CARDS are accepted.
_SHOWN = 8
# The fields of all the forms from top to bottom.
_ORDER = (
    "promotion-code",
    "name",
    "email",
    "card-number",
    "card-expiry",
    "card-cvc",
    "card-name",
    "address-country",
    "business-name",
    "tax-id",
    "terms",
)


@dataclass
class Typed:
    """What was typed into a form and, by field id, what is wrong with it."""

    form: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, error: StripeError, where: str = "card-number") -> None:
        """Take over what the bank said, beside the field it is about."""
        self.errors[error.param if error.param in _ORDER else where] = error.message

    def states(self, **names: str) -> dict[str, Any]:
        """For each field the three values its template takes: class, state and error."""
        values: dict[str, Any] = {}
        for short, field_id in names.items():
            text = self.errors.get(field_id)
            values[f"{short}_class"] = "wrong" if text else ""
            values[f"{short}_state"] = when(text, "card.state", field=field_id)
            values[f"{short}_error"] = when(text, "card.error", field=field_id, text=text)
        return values


def errors_summary(typed: Typed) -> Html:
    """All errors on top, each a link to its field. A promotion code is a form of its own, with its error beside it."""
    ordered = sorted(set(typed.errors) - {"promotion-code"}, key=_ORDER.index)
    if not ordered:
        return Html("")
    items = [fill("layout.error_link", field=name, text=typed.errors[name]) for name in ordered]
    return fill("layout.errors", title="Please check this before you go on:", items=join(items))


def card_fields(typed: Typed) -> Html:
    """The fields with what was typed. A number is shown again only if it is a test card's."""
    number = typed.form.get("card-number", "")
    known = any(card.number == number.replace(" ", "") for card in cards.CARDS)
    names = {"number": "card-number", "expiry": "card-expiry", "cvc": "card-cvc", "name": "card-name"}
    return fill(
        "card.fields",
        number=number if known else "",
        expiry=typed.form.get("card-expiry", ""),
        name=typed.form.get("card-name", ""),
        **typed.states(**names),
    )


def address_fields(typed: Typed, *, is_required: bool = True) -> Html:
    given = {
        name: typed.form.get(f"address-{name.replace('_', '-')}", "")
        for name in ("line1", "city", "postal_code", "country")
    }
    required = Html("required" if is_required else "")
    return fill("card.address", **given, required=required, **typed.states(country="address-country"))


def email_field(typed: Typed) -> Html:
    return fill("card.email", email=typed.form.get("email", ""), **typed.states(email="email"))


def test_cards(turn: Turn) -> Html:
    expiry = f"12 / {methods.years_from(turn, 3) % 100:02d}"
    shown = [
        fill(
            "card.test",
            number=card.grouped,
            meaning=cards.FATES[card.fate].meaning,
            expiry=expiry,
            cvc="1234" if card.cvc_length == 4 else "123",
        )
        for card in cards.CARDS[:_SHOWN]
    ]
    return fill("card.tests", cards=join(shown))


def read_card(turn: Turn, typed: Typed) -> Document | None:
    """A new payment method, if everything typed is well formed and the bank would save the card; else the errors."""
    today = datetime.fromtimestamp(turn.at, UTC)
    form = {name: typed.form.get(name, "") for name in ("card-number", "card-expiry", "card-cvc", "card-name")}
    entry = cards.read_entry(
        form["card-number"], form["card-expiry"], form["card-cvc"], year_now=today.year, month_now=today.month
    )
    typed.errors |= entry.errors
    if not form["card-name"].strip():
        typed.errors["card-name"] = "Enter the name on the card."
    if entry.card is None or typed.errors:
        return None
    refusal = cards.FATES[entry.card.fate].saving
    if refusal is not None:
        typed.refuse(cards.error(refusal, _about(refusal)))
        return None
    details = {
        "name": form["card-name"].strip(),
        "email": typed.form.get("email") or None,
        "address": read_address(typed),
    }
    return methods.make(turn, entry.card, entry.month, entry.year, details)


def _about(refusal: cards.Decline) -> str:
    return {"expired_card": "card-expiry", "incorrect_cvc": "card-cvc"}.get(refusal.code, "card-number")


def read_address(typed: Typed) -> Document | None:
    if "address-country" not in typed.form:
        return None
    given = {
        name: typed.form.get(f"address-{name.replace('_', '-')}", "").strip()
        for name in ("line1", "city", "postal_code")
    }
    return {
        **{name: value or None for name, value in given.items()},
        "country": typed.form["address-country"].strip().upper(),
    }


def check_address(typed: Typed) -> None:
    country = typed.form.get("address-country", "").strip()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        typed.errors["address-country"] = "Write the country as two letters, like US, GB or TR."
