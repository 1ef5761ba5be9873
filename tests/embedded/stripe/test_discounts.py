"""Coupons and promotion codes, on the page and on the invoice."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, request


def make_code(world: World, code: str = "AUTUMN", coupon: dict[str, object] | None = None, **given: object) -> str:
    made = world.api.coupons.create(coupon or {"percent_off": 25, "duration": "once", "name": "Autumn offer"})
    promotion = {"type": "coupon", "coupon": made.id}
    return world.api.promotion_codes.create({"promotion": promotion, "code": code, **given}).id


def test_a_code_lowers_the_first_charge_after_the_trial(world: World) -> None:
    promotion = make_code(world)
    session = world.open_checkout(world.make_customer(), allow_promotion_codes=True)
    wrong = request(f"{session.url}/promotion", {"promotion-code": "SPRING"})
    assert (wrong.status, "This code is invalid." in wrong.text) == (422, True)
    assert request(f"{session.url}/promotion", {"promotion-code": " autumn "}).status == 303
    page = request(session.url).text
    assert "Autumn offer" in page
    assert "−$75.00" in page
    assert "$225.00" in page
    request(session.url, CARD)
    done = world.api.checkout.sessions.retrieve(session.id, {"expand": ["subscription.discounts"]})
    discount = done.subscription.discounts[0]
    assert (discount.promotion_code, discount.source.type) == (promotion, "coupon")
    world.advance(to="trial_end")
    invoice = world.api.invoices.list().data[0]
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (30_000, 22_500, 22_500)
    assert invoice.total_discount_amounts[0].amount == 7_500
    assert world.api.subscriptions.retrieve(done.subscription.id).discounts == []
    world.advance(to="one_year")
    world.advance(seconds=2 * 3600)
    assert world.api.invoices.list().data[0].total == 30_000


def test_a_code_is_taken_off_again(world: World) -> None:
    make_code(world)
    session = world.open_checkout(world.make_customer(), allow_promotion_codes=True)
    request(f"{session.url}/promotion", {"promotion-code": "AUTUMN"})
    request(f"{session.url}/promotion", {"remove": "1"})
    assert "Autumn offer" not in request(session.url).text


def test_a_code_is_not_taken_where_none_is_allowed(world: World) -> None:
    make_code(world)
    session = world.open_checkout(world.make_customer())
    assert "Promotion code" not in request(session.url).text
    assert request(f"{session.url}/promotion", {"promotion-code": "AUTUMN"}).status == 422


def test_a_session_may_bring_its_discount(world: World) -> None:
    coupon = world.api.coupons.create({"amount_off": 5_000, "currency": "usd", "duration": "forever"})
    session = world.open_checkout(world.make_customer(), discounts=[{"coupon": coupon.id}], subscription_data={})
    assert (session.amount_subtotal, session.amount_total) == (30_000, 25_000)
    request(session.url, CARD)
    assert world.api.invoices.list().data[0].amount_paid == 25_000


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"max_redemptions": 1}, "This code is invalid."),
        ({"restrictions": {"first_time_transaction": True}}, "first-time customers only"),
    ],
)
def test_a_code_has_its_limits(world: World, given: dict[str, object], sentence: str) -> None:
    make_code(world, **given)
    customer = world.make_customer()
    first = world.open_checkout(customer, allow_promotion_codes=True, subscription_data={})
    request(f"{first.url}/promotion", {"promotion-code": "AUTUMN"})
    request(first.url, CARD)
    second = world.open_checkout(customer, allow_promotion_codes=True)
    assert sentence in request(f"{second.url}/promotion", {"promotion-code": "AUTUMN"}).text


def test_a_code_of_one_customer_is_for_nobody_else(world: World) -> None:
    owner = world.make_customer()
    make_code(world, customer=owner.id)
    session = world.open_checkout(world.make_customer(), allow_promotion_codes=True)
    answer = request(f"{session.url}/promotion", {"promotion-code": "AUTUMN"})
    assert "belongs to another customer" in answer.text


def test_coupons_and_codes_run_out(world: World) -> None:
    coupon = world.api.coupons.create({"percent_off": 10, "redeem_by": world.now + DAY})
    make_code(world, "WINTER", expires_at=world.now + DAY)
    world.advance(seconds=2 * DAY)
    assert world.api.coupons.retrieve(coupon.id).valid is False
    assert world.api.promotion_codes.list({"code": "WINTER"}).data[0].active is False
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        world.subscribe(world.make_customer("pm_card_visa"), discounts=[{"coupon": coupon.id}])


def test_a_repeating_coupon_stops_after_its_months(world: World) -> None:
    given = {"percent_off": 50, "duration": "repeating", "duration_in_months": 2}
    coupon = world.api.coupons.create(given)
    price = world.make_price(recurring={"interval": "month"}, unit_amount=2_000)
    world.subscribe(world.make_customer("pm_card_visa"), price=price, discounts=[{"coupon": coupon.id}])
    world.advance(seconds=95 * DAY)
    assert [invoice.total for invoice in world.api.invoices.list().data][::-1] == [1_000, 1_000, 2_000, 2_000]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({}, "percent_off"),
        ({"percent_off": 10, "amount_off": 10}, "percent_off"),
        ({"percent_off": 101}, "percent_off"),
        ({"amount_off": 10}, "currency"),
        ({"percent_off": 10, "duration": "repeating"}, "duration_in_months"),
    ],
)
def test_a_coupon_that_cannot_be_is_refused(world: World, given: dict[str, object], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.coupons.create(given)
    assert refusal.value.param == param


def test_a_code_is_unique_among_the_active_ones(world: World) -> None:
    promotion = make_code(world)
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        make_code(world, "autumn")
    world.api.promotion_codes.update(promotion, {"active": False})
    assert make_code(world, "autumn")


def test_a_deleted_coupon_stays_with_those_who_have_it(world: World) -> None:
    coupon = world.api.coupons.create({"percent_off": 50, "duration": "forever"})
    subscription = world.subscribe(world.make_customer("pm_card_visa"), discounts=[{"coupon": coupon.id}])
    assert world.api.coupons.delete(coupon.id).deleted is True
    assert world.api.coupons.list().data == []
    assert world.api.invoices.create_preview({"subscription": subscription.id}).amount_due == 15_000
