from __future__ import annotations

import pytest

from memberships.stripe.discounted import discounted
from memberships.stripe.payload import Payload
from memberships.stripe.remote import RemoteDiscount
from tests.memberships.builders import DAY, NOW


def coupon(end=None, **fields: object) -> RemoteDiscount:
    told = {"source": {"coupon": {"duration": "forever", **fields}}, "end": end and int(end.timestamp())}
    return RemoteDiscount.read(Payload(told))


@pytest.mark.parametrize(
    ("discounts", "amount"),
    [
        ([], 2_999),
        ([coupon(percent_off=25)], 2_249),
        ([coupon(percent_off=33.33)], 1_999),
        ([coupon(amount_off=500, currency="usd"), coupon(percent_off=10)], 2_249),
        ([coupon(amount_off=500, currency="eur")], 2_999),
        ([coupon(amount_off=9_999, currency="usd")], 0),
        ([coupon(percent_off=50, duration="once")], 2_999),
        ([coupon(percent_off=50, duration="repeating", end=NOW + DAY)], 1_499),
        ([coupon(percent_off=50, duration="repeating", end=NOW)], 2_999),
    ],
)
def test_only_what_lasts_makes_a_price_lower(discounts, amount):
    assert discounted(2_999, "usd", discounts, NOW) == amount
