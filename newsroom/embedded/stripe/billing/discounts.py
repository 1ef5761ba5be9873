"""Coupons and promotion codes: who may use them, for how long, and how much they take off."""

from typing import Any

from newsroom.embedded.stripe.billing.periods import later
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def usable_coupon(turn: Turn, identifier: str, param: str) -> Document:
    """The coupon, if it can still be redeemed."""
    coupon = turn.find("coupon", identifier, param)
    if not coupon["valid"]:
        raise invalid(f"This coupon has expired or has been used up: '{identifier}'", param, "coupon_expired")
    return coupon


def promotion_by_code(turn: Turn, code: str, customer: str | None) -> Document:
    """The active promotion code a customer typed, case ignored.

    Raises:
        StripeError: with a sentence for the person who typed it.
    """
    for promotion in turn.select("promotion_code"):
        if promotion["code"].casefold() == code.strip().casefold() and promotion["active"]:
            return usable_promotion(turn, promotion, customer)
    raise invalid("This code is invalid.", "promotion-code", "promotion_code_invalid")


def usable_promotion(turn: Turn, promotion: Document, customer: str | None) -> Document:
    if promotion.get("customer") not in (None, customer):
        raise invalid("This code belongs to another customer.", "promotion-code", "promotion_code_invalid")
    usable_coupon(turn, promotion["promotion"]["coupon"], "promotion-code")
    restricted = promotion.get("restrictions") or {}
    if restricted.get("first_time_transaction") and customer and any(turn.select("charge", customer)):
        raise invalid("This code is for first-time customers only.", "promotion-code", "promotion_code_invalid")
    return promotion


def named(turn: Turn, given: list[dict[str, str]], customer: str, param: str) -> list[tuple[Document, Document | None]]:
    """The coupons (with their promotion codes) that a ``discounts`` parameter names."""
    found: list[tuple[Document, Document | None]] = []
    for index, entry in enumerate(given):
        if "promotion_code" in entry:
            promotion = turn.find("promotion_code", entry["promotion_code"], f"{param}[{index}][promotion_code]")
            if not promotion["active"]:
                raise invalid("This promotion code is no longer active.", f"{param}[{index}][promotion_code]")
            usable_promotion(turn, promotion, customer)
            found.append((turn.find("coupon", promotion["promotion"]["coupon"]), promotion))
        elif "coupon" in entry:
            found.append((usable_coupon(turn, entry["coupon"], f"{param}[{index}][coupon]"), None))
    return found


def redeem(turn: Turn, coupon: Document, promotion: Document | None, **where: Any) -> Document:
    """A discount from now on; ``where`` names the customer and the subscription it is on."""
    months = coupon["duration_in_months"] if coupon["duration"] == "repeating" else None
    for source in filter(None, (coupon, promotion)):
        _count(turn, source)
    fields = {
        "source": {"type": "coupon", "coupon": coupon["id"]},
        "promotion_code": promotion["id"] if promotion else None,
        "start": turn.at,
        "end": later(turn.at, "month", months) if months else None,
        **where,
    }
    return turn.new("discount", fields)


def redeem_chosen(turn: Turn, session: Document, customer: str | None) -> list[str]:
    """The discounts that the coupon of a Checkout Session becomes once the session is completed."""
    found = []
    for chosen in session.get("discounts") or []:
        promotion = turn.find("promotion_code", chosen["promotion_code"]) if chosen["promotion_code"] else None
        coupon = usable_coupon(turn, chosen["coupon"], "promotion-code")
        found.append(redeem(turn, coupon, promotion, customer=customer)["id"])
    return found


def _count(turn: Turn, source: Document) -> None:
    source["times_redeemed"] += 1
    most = source.get("max_redemptions")
    if most is not None and source["times_redeemed"] >= most:
        source["valid" if source["object"] == "coupon" else "active"] = False
    turn.save(source, f"{source['object']}.updated")


def amount_off(coupon: Document, subtotal: int, currency: str) -> int:
    """How much the coupon takes off, never more than there is."""
    if coupon.get("percent_off"):
        return round(subtotal * float(coupon["percent_off"]) / 100)
    if coupon.get("currency") != currency:
        return 0
    return min(int(coupon["amount_off"]), subtotal)


def in_force(turn: Turn, subscription: Document) -> list[tuple[Document, Document]]:
    """The subscription's discounts that still count, each with its coupon."""
    found = []
    for identifier in subscription["discounts"]:
        discount = turn.find("discount", identifier)
        if discount["end"] is None or discount["end"] > turn.at:
            found.append((discount, turn.find("coupon", discount["source"]["coupon"])))
    return found


def spend_single_use(turn: Turn, subscription: Document) -> None:
    """Take off the coupons of duration "once": the invoice that is being made has used them."""
    kept = [discount["id"] for discount, coupon in in_force(turn, subscription) if coupon["duration"] != "once"]
    subscription["discounts"] = kept


def described(coupon: Document) -> str:
    """``25% off for 3 months``, in the words of the checkout page."""
    size = (
        f"{coupon['percent_off']:g}%"
        if coupon.get("percent_off")
        else f"{coupon['amount_off'] / 100:,.2f} {coupon['currency'].upper()}"
    )
    spans = {"once": "once", "forever": "forever", "repeating": f"for {coupon.get('duration_in_months')} months"}
    return f"{size} off {spans[coupon['duration']]}"


def refuse_both(given: list[Any]) -> None:
    if len(given) > 1:
        raise StripeError(
            "The development stand-in takes one discount at a time.", code="stand_in_unmodelled", param="discounts"
        )
