"""The manners of the API: keys, errors, idempotency, expanding, paging."""

from __future__ import annotations

import base64
import re

import pytest
import stripe

from tests.embedded.stripe.conftest import World, client_of, request

BEARER = {"Authorization": "Bearer sk_test_1"}


def port_of(world: World) -> int:
    return int(world.url.rpartition(":")[2])


def test_health_is_told_without_a_key(world: World) -> None:
    assert request(f"{world.url}/healthz").status == 200


@pytest.mark.parametrize("key", ["sk_live_1", "pk_test_1", "nonsense"])
def test_only_test_keys_are_taken(world: World, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        client_of(port_of(world), key).v1.customers.list()


def test_restricted_keys_and_basic_auth_are_taken(world: World) -> None:
    assert client_of(port_of(world), "rk_test_1").v1.customers.list().data == []
    basic = base64.b64encode(b"sk_test_1:").decode()
    assert request(f"{world.url}/v1/customers", headers={"Authorization": f"Basic {basic}"}).status == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic %%%"}, {"Authorization": "Bearer "}])
def test_no_key_is_no_entry(world: World, headers: dict[str, str]) -> None:
    answer = request(f"{world.url}/v1/customers", headers=headers)
    assert answer.status == 401
    assert "did not provide an API key" in answer.json["error"]["message"]


def test_every_answer_has_its_request_id_and_version(world: World) -> None:
    answer = request(f"{world.url}/v1/customers", headers={**BEARER, "Stripe-Version": "2026-10-28.endive"})
    assert re.fullmatch(r"req_\w{14}", answer.headers["request-id"])
    assert answer.headers["stripe-version"] == "2026-10-28.endive"


def test_an_unknown_address_is_a_stripe_error(world: World) -> None:
    answer = request(f"{world.url}/v1/unicorns", headers=BEARER)
    assert answer.status == 404
    assert answer.json["error"]["type"] == "invalid_request_error"


def test_an_unknown_parameter_is_named_and_nothing_is_made(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.customers.create({"email": "a@example.com", "nickname": "A"})
    assert refusal.value.code == "parameter_unknown"
    assert refusal.value.param == "nickname"
    assert world.api.customers.list().data == []


def test_a_parameter_that_is_not_modelled_is_refused_rather_than_ignored(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="does not model 'source'") as refusal:
        world.api.customers.create({"source": "tok_visa"})
    assert refusal.value.code == "stand_in_unmodelled"


def test_an_unknown_object_is_missing(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_nobody'") as refusal:
        world.api.customers.retrieve("cus_nobody")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": "cus_nobody",
                "success_url": "http://a/",
                "line_items": [{"price": "p"}],
            }
        )
    assert (refusal.value.http_status, refusal.value.param) == (400, "customer")


def test_the_same_key_replays_the_first_answer(world: World) -> None:
    form, key = {"email": "a@example.com"}, {"Idempotency-Key": "signup:7", **BEARER}
    first = request(f"{world.url}/v1/customers", form, headers=key)
    second = request(f"{world.url}/v1/customers", form, headers=key)
    assert first.text == second.text
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert len(world.api.customers.list().data) == 1


def test_the_same_key_with_other_parameters_is_an_error(world: World) -> None:
    world.api.customers.create({"email": "a@example.com"}, {"idempotency_key": "signup:7"})
    with pytest.raises(stripe.IdempotencyError):
        world.api.customers.create({"email": "b@example.com"}, {"idempotency_key": "signup:7"})


def test_a_refused_request_does_not_use_up_its_key(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        world.api.customers.create({"nickname": "A"}, {"idempotency_key": "signup:7"})
    assert world.api.customers.create({"name": "A"}, {"idempotency_key": "signup:7"}).name == "A"


def test_keys_are_forgotten_after_a_day(world: World) -> None:
    first = world.api.customers.create({"name": "A"}, {"idempotency_key": "signup:7"})
    world.advance(seconds=2 * 86_400)
    assert world.api.customers.create({"name": "B"}, {"idempotency_key": "signup:7"}).id != first.id


def test_lists_are_paged_newest_first_in_both_directions(world: World) -> None:
    made = [world.api.customers.create({"name": str(number)}).id for number in range(5)][::-1]
    page = world.api.customers.list({"limit": 2})
    assert ([row.id for row in page.data], page.has_more) == (made[:2], True)
    page = world.api.customers.list({"limit": 2, "starting_after": made[3]})
    assert ([row.id for row in page.data], page.has_more) == (made[4:], False)
    page = world.api.customers.list({"limit": 2, "ending_before": made[3]})
    assert ([row.id for row in page.data], page.has_more) == (made[1:3], True)
    assert [row.id for row in world.api.customers.list({"limit": 2}).auto_paging_iter()] == made


def test_a_page_has_bounds(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="between 1 and 100"):
        world.api.customers.list({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.customers.list({"starting_after": "cus_nobody"})
    assert refusal.value.param == "starting_after"


def test_lists_are_narrowed_by_when_things_were_made(world: World) -> None:
    early = world.api.customers.create({"name": "early"})
    world.advance(seconds=3600)
    late = world.api.customers.create({"name": "late"})
    found = world.api.customers.list({"created": {"gt": early.created}})
    assert [row.id for row in found.data] == [late.id]
    assert [row.id for row in world.api.customers.list({"created": early.created}).data] == [early.id]


def test_ids_expand_to_objects_along_a_path(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    paths = ["customer", "items.data.price.product", "latest_invoice.payments.data.payment.payment_intent"]
    whole = world.api.subscriptions.retrieve(subscription.id, {"expand": paths})
    assert whole.customer.email == "amina@example.com"
    assert whole["items"].data[0].price.product.name == "PRO"
    assert whole.latest_invoice.payments.data[0].payment.payment_intent.status == "succeeded"
    listed = world.api.subscriptions.list({"expand": ["data.customer", "data.latest_invoice.payments"]})
    assert listed.data[0].customer.id == whole.customer.id
    assert listed.data[0].latest_invoice.payments.data[0].status == "paid"


@pytest.mark.parametrize("path", ["status", "unicorn", "customer.email", "items.price", "a.b.c.d.e"])
def test_a_path_that_cannot_be_expanded_is_refused(world: World, path: str) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    with pytest.raises(stripe.InvalidRequestError, match="expand"):
        world.api.subscriptions.retrieve(subscription.id, {"expand": [path]})


def test_metadata_merges_key_by_key(world: World) -> None:
    customer = world.api.customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = world.api.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert world.api.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_deleted_customer_leaves_a_stub_and_ends_what_ran(world: World) -> None:
    customer = world.make_customer("pm_card_visa")
    subscription = world.subscribe(customer)
    assert world.api.customers.delete(customer.id).deleted is True
    assert world.api.customers.retrieve(customer.id).deleted is True
    assert world.api.subscriptions.retrieve(subscription.id).status == "canceled"
    assert world.api.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        world.api.customers.update(customer.id, {"name": "B"})


def test_a_lookup_key_moves_only_when_told_to(world: World) -> None:
    old = world.make_price(lookup_key="pro_annual")
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        world.make_price(lookup_key="pro_annual")
    new = world.make_price(lookup_key="pro_annual", transfer_lookup_key=True, unit_amount=36000)
    assert [price.id for price in world.api.prices.list({"lookup_keys": ["pro_annual"]}).data] == [new.id]
    assert world.api.prices.retrieve(old.id).lookup_key is None


def test_a_price_never_changes_its_amount(world: World) -> None:
    price = world.make_price()
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.prices.update(price.id, {"unit_amount": 1})
    assert refusal.value.code == "parameter_unknown"
    assert world.api.prices.update(price.id, {"active": False}).active is False
    assert world.api.prices.list({"active": True}).data == []


def test_a_product_with_prices_cannot_be_deleted(world: World) -> None:
    price = world.make_price()
    with pytest.raises(stripe.InvalidRequestError, match="Archive it instead"):
        world.api.products.delete(price.product)
    assert world.api.products.update(price.product, {"active": False}).active is False
    assert world.api.products.delete(world.api.products.create({"name": "Old"}).id).deleted is True


def test_a_product_may_bring_its_default_price(world: World) -> None:
    data = {"currency": "usd", "unit_amount": 2500, "recurring": {"interval": "month"}}
    product = world.api.products.create({"name": "PRO", "default_price_data": data, "expand": ["default_price"]})
    assert product.default_price.unit_amount == 2500
    assert product.default_price.recurring.interval == "month"
