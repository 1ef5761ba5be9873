"""A Checkout Session from what it offers to what it leaves behind: a card, a subscription, an invoice."""

from typing import Any

from newsroom.embedded.stripe.billing import customers, discounts, life, methods, purchases, tax_ids
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def trial_end(turn: Turn, session: Document) -> int | None:
    """When the trial would end if the session were completed now."""
    return life.trial_end_of(turn, session["_subscription_data"])


def regular_total(session: Document) -> int:
    """What each period costs, before any discount."""
    return sum(line["amount_subtotal"] for line in session["_lines"])


def coupon_of(turn: Turn, session: Document) -> Document | None:
    chosen = (session.get("discounts") or [None])[0]
    return turn.find("coupon", chosen["coupon"]) if chosen else None


def first_charge(turn: Turn, session: Document) -> int:
    """What the first period that is charged for costs, after the discount."""
    total = regular_total(session)
    coupon = coupon_of(turn, session)
    return total - discounts.amount_off(coupon, total, session["currency"]) if coupon else total


def set_totals(turn: Turn, session: Document) -> None:
    """Due today: nothing during a trial."""
    trial = trial_end(turn, session) is not None
    subtotal = 0 if trial else regular_total(session)
    total = 0 if trial else first_charge(turn, session)
    session |= {"amount_subtotal": subtotal, "amount_total": total}
    session["total_details"] = {"amount_discount": subtotal - total, "amount_shipping": 0, "amount_tax": 0}
    for line in session["_lines"]:
        line["amount_total"] = (
            0 if trial else line["amount_subtotal"] - (subtotal - total) * (len(session["_lines"]) == 1)
        )


def needs_card(session: Document) -> bool:
    return bool(session["payment_method_collection"] == "always" or session["amount_total"] > 0)


def apply_code(turn: Turn, session: Document, code: str) -> None:
    """Put the promotion code the customer typed on the session.

    Raises:
        StripeError: with a sentence for the customer.
    """
    if not session.get("allow_promotion_codes"):
        raise invalid("This page takes no promotion codes.", "promotion-code")
    if not code.strip():
        raise invalid("Enter a promotion code.", "promotion-code")
    promotion = discounts.promotion_by_code(turn, code, session["customer"])
    session["discounts"] = [{"coupon": promotion["promotion"]["coupon"], "promotion_code": promotion["id"]}]
    set_totals(turn, session)
    turn.store.put(session)


def drop_code(turn: Turn, session: Document) -> None:
    session["discounts"] = []
    set_totals(turn, session)
    turn.store.put(session)


def expire(turn: Turn, session: Document) -> None:
    session |= {"status": "expired", "url": None}
    turn.unschedule(session, "expire_session")
    turn.save(session, "checkout.session.expired")


def complete(turn: Turn, session: Document, method: Document | None, details: dict[str, Any]) -> None:
    """The customer submitted the page, and passed any challenge.

    ``details`` are the billing details that were typed, and ``terms`` whether the terms were accepted.

    Raises:
        StripeError: when the bank declines; nothing is left behind then.
    """
    if session["mode"] == "payment":
        _buy(turn, session, method, details)
        return
    customer = _customer(turn, session, details)
    if method is not None:
        methods.attach(turn, method, customer)
    subscription, decline = life.start(
        turn,
        _subscription_fields(turn, session, customer, method),
        [{"price": line["price"]["id"], "quantity": line["quantity"]} for line in session["_lines"]],
        trial_end=trial_end(turn, session),
        on_session=True,
    )
    if decline is not None:
        raise _declined(decline)
    session |= {"invoice": subscription["latest_invoice"], "subscription": subscription["id"]}
    _close(turn, session, customer, details)


def _buy(turn: Turn, session: Document, method: Document | None, details: dict[str, Any]) -> None:
    """Paid once, with the card of the moment, which is not kept."""
    customer = _customer(turn, session, details) if purchases.keeps_customer(session) else None
    decline = purchases.pay(turn, session, customer, method)
    if decline is not None:
        raise _declined(decline)
    _close(turn, session, customer, details)


def _declined(decline: Decline) -> StripeError:
    return StripeError(decline.message, 402, "card_error", decline.code, "card-number", decline.decline_code)


def _customer(turn: Turn, session: Document, details: dict[str, Any]) -> Document:
    """The session's customer, with the name and address taken over that the session asked to take over."""
    billing = {"name": details.get("business_name") or details.get("name"), "address": details.get("address")}
    customer = _made_or_changed(turn, session, {name: value for name, value in billing.items() if value}, details)
    if number := details.get("tax_id"):
        tax_ids.give(turn, customer, number["type"], number["value"])
    return customer


def _made_or_changed(turn: Turn, session: Document, billing: Document, details: dict[str, Any]) -> Document:
    if session["customer"]:
        customer = turn.find("customer", session["customer"])
        wanted = session["_customer_update"]
        customer |= {name: value for name, value in billing.items() if wanted.get(name) == "auto"}
        turn.save(customer, "customer.updated")
        return customer
    return customers.make(turn, {**billing, "email": details.get("email")})


def _subscription_fields(turn: Turn, session: Document, customer: Document, method: Document | None) -> Document:
    data = session["_subscription_data"]
    return {
        "billing_mode": {
            "type": "flexible",
            "flexible": {"proration_discounts": "included"},
            **data.get("billing_mode", {}),
        },
        "collection_method": "charge_automatically",
        "customer": customer["id"],
        "days_until_due": None,
        "default_payment_method": method["id"] if method else None,
        "description": data.get("description"),
        "discounts": discounts.redeem_chosen(turn, session, customer["id"]),
        "metadata": data.get("metadata", {}),
        "test_clock": customer.get("test_clock"),
        "trial_settings": data.get("trial_settings"),
    }


def _close(turn: Turn, session: Document, customer: Document | None, details: dict[str, Any]) -> None:
    paid = session["amount_total"] > 0
    email = customer.get("email") if customer else details.get("email")
    number = details.get("tax_id")
    shown = {
        "email": email,
        "name": details.get("business_name") or details.get("name"),
        "business_name": details.get("business_name"),
        "address": details.get("address"),
        "tax_ids": [number] if number else [],
    }
    session |= {
        "customer": customer["id"] if customer else None,
        "customer_details": {**session["customer_details"], **shown},
        "payment_status": "paid" if paid else "no_payment_required",
        "status": "complete",
        "url": None,
    }
    if details.get("terms"):
        session["consent"] = {"terms_of_service": "accepted"}
    turn.unschedule(session, "expire_session")
    turn.save(session, "checkout.session.completed")
