"""What a price is after the discounts that last. One that is for a single invoice makes nothing cheaper for long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from memberships.stripe.remote import RemoteDiscount


def discounted(amount: int, currency: str, discounts: Iterable[RemoteDiscount], at: datetime) -> int:
    """``amount`` in minor units, each discount taken off what those before it left, never below 0."""
    for each in discounts:
        if each.is_lasting and (each.ends_at is None or at < each.ends_at):
            amount -= min(amount, _off(amount, currency, each))
    return amount


def _off(amount: int, currency: str, discount: RemoteDiscount) -> int:
    if discount.percent_off is not None:
        return int((amount * discount.percent_off / Decimal(100)).quantize(Decimal(1), ROUND_HALF_UP))
    return discount.amount_off if discount.currency == currency else 0
