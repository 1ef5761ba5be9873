"""Money moving, or not: payment intents, charges and the payments that tie them to an invoice."""

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn

NO_METHOD = Decline(
    "payment_intent_unexpected_state",
    "There is no default payment method set on this customer, subscription or invoice. Set one or name one.",
)


def intend(turn: Turn, amount: int, currency: str, wanted: Document) -> Document:
    """The intent to take an amount from a card; untold yet."""
    fields = {
        "amount": amount,
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": new_id("pi_secret"),
        "confirmation_method": "automatic",
        "currency": currency,
        "metadata": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        **wanted,
    }
    return turn.new("payment_intent", fields)


def prepare(turn: Turn, invoice: Document) -> None:
    """The intent to collect an open invoice, tied to it by an open invoice payment."""
    amount = invoice["amount_remaining"]
    wanted = {
        "customer": invoice["customer"],
        "description": _described(invoice),
        "setup_future_usage": "off_session",
        "_invoice": invoice["id"],
    }
    intent = intend(turn, amount, invoice["currency"], wanted)
    turn.new(
        "invoice_payment",
        {
            "amount_requested": amount,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "open",
            "status_transitions": {},
        },
        owner=invoice["id"],
    )
    invoice["_payment_intent"] = intent["id"]
    turn.store.put(invoice)
    turn.emit("payment_intent.created", intent)


def reprice(turn: Turn, invoice: Document) -> None:
    """What is left to pay has changed: so has what the intent of the open invoice asks for."""
    intent = turn.store.get(invoice.get("_payment_intent") or "")
    if intent is None:
        return
    intent["amount"] = invoice["amount_remaining"]
    turn.save(intent)
    for payment in list(turn.select("invoice_payment", invoice["id"])):
        if payment["status"] == "open":
            payment["amount_requested"] = invoice["amount_remaining"]
            turn.save(payment)


def _described(invoice: Document) -> str:
    reasons = {"subscription_create": "Subscription creation", "subscription_cycle": "Subscription update"}
    return reasons.get(invoice["billing_reason"], "Subscription update")


def attempt(turn: Turn, invoice: Document, method: Document | None, *, on_session: bool) -> Decline | None:
    """Try to collect the invoice from the card. What the bank says, or None when it paid.

    ``on_session`` says that the cardholder is there and has passed any challenge.
    """
    decline = take(turn, turn.find("payment_intent", invoice["_payment_intent"]), method, on_session=on_session)
    if decline is None:
        _settle(turn, invoice, "paid")
    return decline


def take(turn: Turn, intent: Document, method: Document | None, *, on_session: bool) -> Decline | None:
    """Try to collect an intent from the card. What the bank says, or None when it paid."""
    decline = NO_METHOD if method is None else _verdict(turn, method, on_session=on_session)
    if decline is None and method is not None:
        _succeed(turn, intent, method)
        return None
    _fail(turn, intent, method, decline or NO_METHOD)
    return decline


def _verdict(turn: Turn, method: Document, *, on_session: bool) -> Decline | None:
    if cards.has_expired(method, turn.at):
        return cards.EXPIRED
    fate = cards.fate(method)
    if fate.challenge == "always" and not on_session:
        return cards.UNAUTHENTICATED
    if fate.challenge == "setup" and not (on_session or method.get("_authenticated")):
        return cards.UNAUTHENTICATED
    return fate.charging


def _succeed(turn: Turn, intent: Document, method: Document) -> None:
    charge = _charge(turn, intent, method, None)
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method["id"],
        "status": "succeeded",
    }
    turn.emit("charge.succeeded", charge)
    turn.save(intent, "payment_intent.succeeded")
    later = {"dispute": "open_dispute", "warning": "warn_of_fraud"}.get(cards.fate(method).afterwards)
    if later:
        turn.schedule(later, charge, turn.at)


def _fail(turn: Turn, intent: Document, method: Document | None, decline: Decline) -> None:
    if method is not None:
        charge = _charge(turn, intent, method, decline)
        intent["latest_charge"] = charge["id"]
        turn.emit("charge.failed", charge)
    intent |= {
        "last_payment_error": {
            "type": "card_error" if method else "invalid_request_error",
            "code": decline.code,
            "decline_code": decline.decline_code,
            "message": decline.message,
            "charge": intent.get("latest_charge"),
            "payment_method": turn.present(method) if method else None,
            "payment_method_type": "card" if method else None,
        },
        "payment_method": None,
        "status": "requires_payment_method",
    }
    turn.save(intent, "payment_intent.payment_failed")


def _charge(turn: Turn, intent: Document, method: Document, decline: Decline | None) -> Document:
    shown = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    card = {name: method["card"].get(name) for name in shown}
    return turn.new(
        "charge",
        {
            "amount": intent["amount"],
            "amount_captured": 0 if decline else intent["amount"],
            "amount_refunded": 0,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": "STAND-IN",
            "captured": decline is None,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_code": decline.code if decline else None,
            "failure_message": decline.message if decline else None,
            "outcome": _outcome(decline),
            "paid": decline is None,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": {"type": "card", "card": {**card, "network": card["brand"]}},
            "refunded": False,
            "status": "failed" if decline else "succeeded",
            "_invoice": intent.get("_invoice"),
        },
    )


def _outcome(decline: Decline | None) -> Document:
    if decline is None:
        return {
            "type": "authorized",
            "network_status": "approved_by_network",
            "risk_level": "normal",
            "seller_message": "Payment complete.",
        }
    return {
        "type": "issuer_declined",
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details with this decline.",
    }


def release(turn: Turn, invoice: Document, reason: str) -> None:
    """Cancel the intent of an invoice that is no longer to be collected from a card."""
    intent = turn.store.get(invoice.get("_payment_intent") or "")
    if intent is None or intent["status"] in ("succeeded", "canceled"):
        return
    intent |= {"status": "canceled", "canceled_at": turn.at, "cancellation_reason": reason}
    turn.save(intent, "payment_intent.canceled")
    _settle(turn, invoice, "canceled")


def _settle(turn: Turn, invoice: Document, status: str) -> None:
    for payment in list(turn.select("invoice_payment", invoice["id"])):
        if payment["status"] == "open":
            payment["status"] = status
            payment["status_transitions"] = {f"{status}_at": turn.at}
            payment["amount_paid"] = payment["amount_requested"] if status == "paid" else None
            turn.save(payment, "invoice_payment.paid" if status == "paid" else None)
