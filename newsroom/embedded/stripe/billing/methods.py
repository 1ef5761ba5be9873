"""Cards as payment methods: made from what was typed, attached to a customer, set as the one to charge."""

from datetime import UTC, datetime
from typing import Any

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import standing
from newsroom.embedded.stripe.cards import Card
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn


def make(turn: Turn, card: Card, month: int, year: int, billing_details: dict[str, Any] | None = None) -> Document:
    """A payment method that belongs to nobody yet. Of the number only what a receipt shows is kept."""
    return turn.new(
        "payment_method",
        {
            "allow_redisplay": "limited",
            "billing_details": billing_details or {},
            "card": {
                "brand": card.brand,
                "checks": {"cvc_check": "pass"},
                "country": card.country,
                "display_brand": card.brand,
                "exp_month": month,
                "exp_year": year,
                "fingerprint": new_id("fp", 16) if card.is_anybodys else card.fingerprint,
                "funding": card.funding,
                "last4": card.number[-4:],
                "networks": {"available": [card.brand]},
                "three_d_secure_usage": {"supported": True},
            },
            "customer": None,
            "metadata": {},
            "type": "card",
            "_fate": card.fate,
        },
    )


def ready_made(turn: Turn, identifier: str) -> Document | None:
    """A new payment method for one of the test mode's tokens such as ``pm_card_visa``, valid for three more years."""
    card = cards.by_token(identifier)
    return make(turn, card, 12, years_from(turn, 3)) if card else None


def years_from(turn: Turn, count: int) -> int:
    """The calendar year ``count`` years after the one of this turn."""
    return datetime.fromtimestamp(turn.at, UTC).year + count


def find(turn: Turn, identifier: str, param: str | None = None) -> Document:
    return ready_made(turn, identifier) or turn.find("payment_method", identifier, param)


def attach(turn: Turn, method: Document, customer: Document) -> Document:
    """Save the card with the customer.

    Raises:
        StripeError: when the bank refuses it, or another customer has it.
    """
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            "payment_method",
            "payment_method_already_attached",
        )
    refusal = cards.fate(method).saving
    if refusal is not None:
        raise cards.error(refusal)
    if method["customer"] is None:
        method["customer"] = customer["id"]
        turn.store.put(method, customer["id"])
        turn.emit("payment_method.attached", method)
    return method


def make_default(turn: Turn, customer: Document, method: Document) -> None:
    """Charge this card from now on, for the customer and for every subscription that is not over."""
    settings = {**(customer.get("invoice_settings") or {}), "default_payment_method": method["id"]}
    customer["invoice_settings"] = settings
    turn.save(customer, "customer.updated")
    for subscription in list(turn.select("subscription", customer["id"])):
        if subscription["status"] not in standing.OVER:
            subscription["default_payment_method"] = method["id"]
            turn.save(subscription, "customer.subscription.updated")


def renew(turn: Turn, method: Document) -> None:
    """The bank has sent a new card with the same number, and tells the new date of expiry by itself."""
    method["card"] = {**method["card"], "exp_year": years_from(turn, 3)}
    turn.save(method, "payment_method.automatically_updated")


def detach(turn: Turn, method: Document) -> Document:
    """Take the card away from its customer, and from wherever it was the one to charge."""
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = turn.find("customer", method["customer"])
    settings = customer.get("invoice_settings") or {}
    if settings.get("default_payment_method") == method["id"]:
        customer["invoice_settings"] = {**settings, "default_payment_method": None}
        turn.save(customer, "customer.updated")
    for subscription in list(turn.select("subscription", customer["id"])):
        if subscription.get("default_payment_method") == method["id"]:
            subscription["default_payment_method"] = None
            turn.save(subscription, "customer.subscription.updated")
    method["customer"] = None
    turn.save(method, "payment_method.detached")
    return method
