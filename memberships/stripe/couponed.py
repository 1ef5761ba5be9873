"""Coupons and promotion codes as Stripe has them, and what was said of a subscription that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from memberships.stripe.payload import Payload, Unreadable

# In the metadata of a promotion code of ours: the public id of its promotion.
KEY = "promotion"


@dataclass(frozen=True)
class RemoteCoupon:
    """``percent`` or ``amount``, which is in minor units of ``currency``. ``is_usable``: not over and not used up."""

    id: str
    percent: Decimal | None
    amount: int | None
    currency: str
    duration: str
    months: int | None
    most: int | None
    redeem_by: datetime | None
    times_used: int
    is_usable: bool

    @classmethod
    def read(cls, content: object) -> RemoteCoupon:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            percent=_percent(content),
            amount=payload.number("amount_off"),
            currency=payload.text("currency"),
            duration=payload.required("duration"),
            months=payload.number("duration_in_months"),
            most=payload.number("max_redemptions"),
            redeem_by=payload.moment("redeem_by"),
            times_used=payload.required_integer("times_redeemed"),
            is_usable=payload.flag("valid"),
        )


@dataclass(frozen=True)
class RemoteCode:
    """A promotion code. ``promotion`` is the public id of the promotion of ours it was made for, if it was."""

    id: str
    code: str
    coupon_id: str
    promotion: str
    is_open: bool

    @classmethod
    def read(cls, content: object) -> RemoteCode:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            code=payload.required("code"),
            coupon_id=payload.part("promotion").reference("coupon"),
            promotion=payload.part("metadata").text(KEY),
            is_open=payload.required_flag("active"),
        )


def _percent(content: object) -> Decimal | None:
    """Stripe says it as a number with a fraction; the SDK reads it as a float."""
    value = content.get("percent_off") if isinstance(content, dict) else None
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise Unreadable("Stripe sent a coupon whose percent_off is no number.") from error
