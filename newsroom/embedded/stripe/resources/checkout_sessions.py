"""``/v1/checkout/sessions`` in subscription and payment mode, on the hosted page."""

import re
from typing import Any

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionLineItemListParams,
    SessionListParams,
    SessionRetrieveParams,
    SessionUpdateParams,
)

from newsroom.embedded.stripe.billing import catalogue, checkout, discounts, life
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import invalid, missing_param, unmodelled
from newsroom.embedded.stripe.paging import page, page_of, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

SHORTEST = 30 * 60
LONGEST = DAY
LONGEST_REFERENCE = 200
# Written over the session as they come; what they ask for is done on the page or is for show only.
_WRITTEN = (
    "adaptive_pricing allow_promotion_codes allowed_payment_method_types automatic_tax billing_address_collection "
    "branding_settings cancel_url client_reference_id consent_collection customer_creation customer_email custom_text "
    "integration_identifier invoice_creation locale metadata mode origin_context payment_method_collection "
    "saved_payment_method_options submit_type success_url tax_id_collection"
)
_UNMODELLED = (
    "after_expiration customer_account custom_fields managed_payments name_collection optional_items permissions "
    "phone_number_collection redirect_on_completion return_url setup_intent_data shipping_address_collection "
    "shipping_options"
)
_SUBSCRIPTION_DATA = frozenset(
    (
        "billing_mode",
        "description",
        "invoice_settings",
        "metadata",
        "proration_behavior",
        "trial_end",
        "trial_period_days",
        "trial_settings",
    )
)
_PAYMENT_INTENT_DATA = frozenset(
    ("description", "metadata", "receipt_email", "statement_descriptor", "statement_descriptor_suffix")
)
_INVOICE_DATA = frozenset(("custom_fields", "description", "footer", "metadata"))
# The kind of price that is sold in each mode, and the mode that some parameters belong to.
_PRICES = {"subscription": "recurring", "payment": "one_time"}
_OF_MODE = {
    "customer_creation": "payment",
    "invoice_creation": "payment",
    "payment_intent_data": "payment",
    "payment_method_collection": "subscription",
    "subscription_data": "subscription",
}


@route("POST", "/v1/checkout/sessions", SessionCreateParams, _UNMODELLED)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    _check(params)
    if "customer" in params:
        turn = turn.under(turn.find("customer", params["customer"], "customer"))
    lines = _lines(turn, params["line_items"], _PRICES[params["mode"]])
    data = params.get("subscription_data", {})
    life.trial_end_of(turn, data)
    fields = {
        **_blank(turn, params, lines),
        "customer": params.get("customer"),
        "expires_at": _expiry(turn, params),
        "_lines": lines,
        "_subscription_data": data,
        "_payment_intent_data": params.get("payment_intent_data", {}),
        "_customer_update": params.get("customer_update", {}),
    }
    session = {**turn.sketch("checkout.session"), **merged(fields, params, _WRITTEN)}
    session["url"] = f"{turn.base_url}/c/pay/{session['id']}"
    if "tax_id_collection" in params:
        session["tax_id_collection"] = {"required": "never", **params["tax_id_collection"]}
    _offer(turn, session, params)
    checkout.set_totals(turn, session)
    turn.store.put(session, session["customer"])
    turn.schedule("expire_session", session, session["expires_at"])
    return turn.present(session)


def _check(params: dict[str, Any]) -> None:
    for name in ("mode", "line_items", "success_url"):
        if not params.get(name):
            raise missing_param(name)
    for name, modelled in (("mode", _PRICES), ("ui_mode", ("hosted_page",))):
        if name in params and params[name] not in modelled:
            raise unmodelled(name)
    _check_mode(params)
    _check_values(params)


def _check_mode(params: dict[str, Any]) -> None:
    """Some parameters belong to one mode only, and of some only a part is modelled."""
    for name, mode in _OF_MODE.items():
        if name in params and params["mode"] != mode:
            raise invalid(f"You can only pass `{name}` in `{mode}` mode.", name)
    data = params.get("invoice_creation", {}).get("invoice_data", {})
    for path, given, modelled in (
        ("subscription_data", params.get("subscription_data", {}), _SUBSCRIPTION_DATA),
        ("payment_intent_data", params.get("payment_intent_data", {}), _PAYMENT_INTENT_DATA),
        ("invoice_creation[invoice_data]", data, _INVOICE_DATA),
    ):
        for name in set(given) - modelled:
            raise unmodelled(f"{path}[{name}]")


def _check_values(params: dict[str, Any]) -> None:
    for one, other in (("customer", "customer_email"), ("allow_promotion_codes", "discounts")):
        if params.get(one) and params.get(other):
            raise invalid(f"You may only specify one of these parameters: {one}, {other}.", other)
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        message = f"Invalid string: client_reference_id may have {LONGEST_REFERENCE} characters."
        raise invalid(message, "client_reference_id")
    for name in ("success_url", "cancel_url"):
        _check_url(params.get(name), name)
    _check_tax_ids(params)


def _check_tax_ids(params: dict[str, Any]) -> None:
    """A tax ID belongs to a name, so a customer who is there already has to take over what is typed."""
    if params.get("tax_id_collection", {}).get("required", "never") != "never":
        raise unmodelled("tax_id_collection[required]")
    asks = params.get("tax_id_collection", {}).get("enabled")
    if asks and "customer" in params and params.get("customer_update", {}).get("name") != "auto":
        message = (
            "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an "
            "existing customer, please set `customer_update[name]` to `auto`."
        )
        raise invalid(message, "customer_update[name]")


def _check_url(url: str | None, param: str) -> None:
    """An address a browser can be sent to: absolute, and without what would end a header line."""
    if url is not None and not re.fullmatch(r"https?://[^\s\x00-\x1f]+", url):
        raise invalid("Not a valid URL", param, "url_invalid")


def _expiry(turn: Turn, params: dict[str, Any]) -> int:
    expires_at: int = params.get("expires_at", turn.at + LONGEST)
    if not turn.at + SHORTEST - 5 <= expires_at <= turn.at + LONGEST + 5:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise invalid(message, "expires_at")
    return expires_at


def _lines(turn: Turn, given: list[Document], kind: str) -> list[Document]:
    lines = []
    for index, item in enumerate(given):
        checked = catalogue.item(turn, item, f"line_items[{index}]", kind)
        quantity = checked.get("quantity", 1)
        price = turn.find("price", checked["price"])
        amount = price["unit_amount"] * quantity
        product = turn.find("product", price["product"])
        line = {
            **turn.sketch("item"),
            "amount_discount": 0,
            "amount_subtotal": amount,
            "amount_tax": 0,
            "amount_total": amount,
            "currency": price["currency"],
            "description": product["name"],
            "price": turn.present(price),
            "quantity": quantity,
        }
        lines.append(line)
    if len({line["currency"] for line in lines}) > 1:
        raise invalid("All prices of a Checkout Session must have the same currency.", "line_items")
    return lines


def _blank(turn: Turn, params: dict[str, Any], lines: list[Document]) -> Document:
    customer = turn.find("customer", params["customer"]) if "customer" in params else {}
    once = params["mode"] == "payment"
    return {
        "automatic_tax": {"enabled": False},
        "cancel_url": None,
        "currency": lines[0]["currency"],
        "custom_text": {},
        "customer_creation": None if customer else "if_required" if once else "always",
        "customer_details": {"email": customer.get("email") or params.get("customer_email"), "tax_exempt": "none"},
        "metadata": {},
        "payment_method_collection": "if_required" if once else "always",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "ui_mode": "hosted_page",
    }


def _offer(turn: Turn, session: Document, params: dict[str, Any]) -> None:
    """Put the discount that comes with the session on it; a code the customer types is put on by the page."""
    given = params.get("discounts") or []
    discounts.refuse_both(given)
    for coupon, promotion in discounts.named(turn, given, session["customer"] or "", "discounts"):
        session["discounts"] = [{"coupon": coupon["id"], "promotion_code": promotion["id"] if promotion else None}]


@route("GET", "/v1/checkout/sessions/{id}", SessionRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], session_id: str) -> Document:
    return turn.present(turn.find("checkout.session", session_id))


@route("POST", "/v1/checkout/sessions/{id}", SessionUpdateParams, "collected_information line_items shipping_options")
def update(turn: Turn, params: dict[str, Any], session_id: str) -> Document:
    session = merged(turn.find("checkout.session", session_id), params, "metadata")
    turn.save(session)
    return turn.present(session)


@route("POST", "/v1/checkout/sessions/{id}/expire", SessionExpireParams)
def expire(turn: Turn, params: dict[str, Any], session_id: str) -> Document:
    session = turn.find("checkout.session", session_id)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    checkout.expire(turn.under(session), session)
    return turn.present(session)


@route("GET", "/v1/checkout/sessions/{id}/line_items", SessionLineItemListParams)
def list_line_items(turn: Turn, params: dict[str, Any], session_id: str) -> Document:
    lines = [turn.present(line) for line in turn.find("checkout.session", session_id)["_lines"]]
    return page_of(lines, f"/v1/checkout/sessions/{session_id}/line_items", params)


@route("GET", "/v1/checkout/sessions", SessionListParams, "customer_account payment_link")
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    matches = same(params, "customer", "status", "subscription", "payment_intent")
    email = params.get("customer_details", {}).get("email")

    def wanted(row: Document) -> bool:
        return matches(row) and email in (None, row["customer_details"].get("email"))

    return page(turn, "checkout.session", "/v1/checkout/sessions", params, only=wanted)
