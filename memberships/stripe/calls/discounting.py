"""Coupons, promotion codes, and the discounts of subscriptions."""

from __future__ import annotations

from typing import Any

from memberships.stripe.client import PAGE, loose, sdk, translated, unless_missing
from memberships.stripe.couponed import RemoteCode, RemoteCoupon
from memberships.stripe.payload import Payload


@translated
def find_coupon(coupon_id: str) -> RemoteCoupon | None:
    """The coupon; ``None`` where the account has none of this id."""
    found = unless_missing(lambda: sdk().v1.coupons.retrieve(coupon_id).to_dict())
    return None if found is None or found.get("deleted") is True else RemoteCoupon.read(found)


@translated
def create_coupon(params: dict[str, Any], *, key: str) -> RemoteCoupon:
    return RemoteCoupon.read(sdk().v1.coupons.create(loose(params), {"idempotency_key": key}).to_dict())


@translated
def codes_named(code: str) -> list[RemoteCode]:
    """Every promotion code that reads so, open or not: only one of them can be open."""
    listed = sdk().v1.promotion_codes.list({"code": code, "limit": PAGE})
    return [RemoteCode.read(each.to_dict()) for each in listed.data]


@translated
def create_code(params: dict[str, Any], *, key: str) -> RemoteCode:
    return RemoteCode.read(sdk().v1.promotion_codes.create(loose(params), {"idempotency_key": key}).to_dict())


@translated
def open_code(code_id: str, *, is_open: bool) -> None:
    """Take the code, or take it no more; who has its discount keeps it."""
    sdk().v1.promotion_codes.update(code_id, {"active": is_open})


@translated
def give_discount(subscription_id: str, coupon_id: str, *, key: str) -> None:
    """Put the coupon on the subscription, in the place of any other, unless it is there."""
    read = sdk().v1.subscriptions.retrieve(subscription_id, {"expand": ["discounts"]}).to_dict()
    held = {entry.part("source").reference("coupon") for entry in Payload(read).entries("discounts")}
    if coupon_id not in held:
        params = {"discounts": [{"coupon": coupon_id}]}
        sdk().v1.subscriptions.update(subscription_id, loose(params), {"idempotency_key": f"discount:{key}"})
