"""``/v1/coupons`` and ``/v1/promotion_codes``."""

import secrets
import string
from typing import Any

from stripe.params import (
    CouponCreateParams,
    CouponDeleteParams,
    CouponListParams,
    CouponRetrieveParams,
    CouponUpdateParams,
    PromotionCodeCreateParams,
    PromotionCodeListParams,
    PromotionCodeRetrieveParams,
    PromotionCodeUpdateParams,
)

from newsroom.embedded.stripe.billing import discounts
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def _short_code() -> str:
    return "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(8))


@route("POST", "/v1/coupons", CouponCreateParams, "currency_options applies_to")
def create_coupon(turn: Turn, params: dict[str, Any]) -> Document:
    if ("percent_off" in params) == ("amount_off" in params):
        raise invalid("You must pass either percent_off or amount_off, and not both.", "percent_off")
    if not 0 < params.get("percent_off", 1) <= 100:
        raise invalid("Invalid percent_off: must be greater than 0 and at most 100.", "percent_off")
    if "amount_off" in params and "currency" not in params:
        raise invalid("You must pass currency when passing amount_off.", "currency", "parameter_missing")
    if (params.get("duration") == "repeating") != ("duration_in_months" in params):
        raise invalid("duration_in_months goes with a duration of repeating, and only with it.", "duration_in_months")
    identifier = params.get("id") or _short_code()
    if turn.store.get(identifier):
        raise StripeError("Coupon already exists.", code="resource_already_exists", param="id")
    blank: Document = {
        "duration": "once",
        "duration_in_months": None,
        "metadata": {},
        "times_redeemed": 0,
        "valid": True,
    }
    written = "amount_off currency duration duration_in_months max_redemptions metadata name percent_off redeem_by"
    coupon = turn.new("coupon", {**merged(blank, params, written), "id": identifier})
    if "redeem_by" in params:
        turn.schedule("expire_coupon", coupon, params["redeem_by"])
    turn.emit("coupon.created", coupon)
    return turn.present(coupon)


@route("GET", "/v1/coupons/{id}", CouponRetrieveParams)
def retrieve_coupon(turn: Turn, params: dict[str, Any], coupon_id: str) -> Document:
    return turn.present(turn.find("coupon", coupon_id))


@route("POST", "/v1/coupons/{id}", CouponUpdateParams, "currency_options")
def update_coupon(turn: Turn, params: dict[str, Any], coupon_id: str) -> Document:
    coupon = merged(turn.find("coupon", coupon_id), params, "metadata name")
    turn.save(coupon, "coupon.updated")
    return turn.present(coupon)


@route("DELETE", "/v1/coupons/{id}", CouponDeleteParams)
def delete_coupon(turn: Turn, params: dict[str, Any], coupon_id: str) -> Document:
    """No longer redeemable; who has it keeps it."""
    coupon = turn.find("coupon", coupon_id)
    turn.emit("coupon.deleted", coupon)
    turn.store.put({**coupon, "valid": False, "_withdrawn": True})
    return {"id": coupon_id, "object": "coupon", "deleted": True}


@route("GET", "/v1/coupons", CouponListParams)
def list_coupons(turn: Turn, params: dict[str, Any]) -> Document:
    return page(turn, "coupon", "/v1/coupons", params, only=lambda row: not row.get("_withdrawn"))


@route("POST", "/v1/promotion_codes", PromotionCodeCreateParams, "customer_account")
def create_promotion_code(turn: Turn, params: dict[str, Any]) -> Document:
    promotion = params["promotion"]
    if "coupon" not in promotion:
        raise invalid("Missing required param: promotion[coupon].", "promotion[coupon]", "parameter_missing")
    discounts.usable_coupon(turn, promotion["coupon"], "promotion[coupon]")
    code = params.get("code") or _short_code()
    if any(row["active"] and row["code"].casefold() == code.casefold() for row in turn.select("promotion_code")):
        raise invalid("An active promotion code with this code already exists.", "code", "resource_already_exists")
    if "customer" in params:
        turn.find("customer", params["customer"], "customer")
    blank = {"active": True, "metadata": {}, "times_redeemed": 0, "restrictions": {"first_time_transaction": False}}
    written = "active customer expires_at max_redemptions metadata promotion restrictions"
    document = turn.new("promotion_code", {**merged(blank, params, written), "code": code}, owner=promotion["coupon"])
    if "expires_at" in params:
        turn.schedule("expire_promotion_code", document, params["expires_at"])
    turn.emit("promotion_code.created", document)
    return turn.present(document)


@route("GET", "/v1/promotion_codes/{id}", PromotionCodeRetrieveParams)
def retrieve_promotion_code(turn: Turn, params: dict[str, Any], promotion_id: str) -> Document:
    return turn.present(turn.find("promotion_code", promotion_id))


@route("POST", "/v1/promotion_codes/{id}", PromotionCodeUpdateParams, "restrictions")
def update_promotion_code(turn: Turn, params: dict[str, Any], promotion_id: str) -> Document:
    promotion = merged(turn.find("promotion_code", promotion_id), params, "active metadata")
    turn.save(promotion, "promotion_code.updated")
    return turn.present(promotion)


@route("GET", "/v1/promotion_codes", PromotionCodeListParams, "customer_account")
def list_promotion_codes(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "active", "code", "customer")
    return page(turn, "promotion_code", "/v1/promotion_codes", params, owner=params.get("coupon"), only=only)
