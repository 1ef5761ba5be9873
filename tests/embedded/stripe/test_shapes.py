"""Objects look as the SDK's annotations say, to the last field."""

from __future__ import annotations

import pytest

from newsroom.embedded.stripe.shapes import (
    OBJECT_CLASSES,
    ShapeError,
    complete,
    fields,
    is_expandable,
    resource,
)
from newsroom.embedded.stripe.turn import _PREFIXES


@pytest.mark.parametrize("kind", sorted(OBJECT_CLASSES))
def test_annotations_of_every_resource_can_be_read(kind: str) -> None:
    assert fields(resource(kind))


def test_what_is_not_modelled_is_null_or_empty() -> None:
    customer = complete({"object": "customer", "id": "cus_1"})
    assert customer["id"] == "cus_1"
    assert customer["email"] is None
    assert customer["livemode"] is False
    assert set(customer) == set(fields(resource("customer"))) - {"deleted"}


def test_maps_of_objects_are_left_out_rather_than_null() -> None:
    assert "currency_options" not in complete({"object": "coupon", "duration": "once"})


def test_nested_objects_are_completed_too() -> None:
    method = complete({"object": "payment_method", "type": "card", "card": {"brand": "visa", "last4": "4242"}})
    assert method["card"]["wallet"] is None
    assert method["billing_details"]["name"] is None


def test_a_field_the_sdk_does_not_know_is_refused() -> None:
    with pytest.raises(ShapeError, match="Customer has no field nickname"):
        complete({"object": "customer", "nickname": "A"})


def test_a_choice_without_an_empty_value_has_to_be_made() -> None:
    with pytest.raises(ShapeError, match=r"Coupon\.duration needs a value"):
        complete({"object": "coupon"})


def test_notes_of_our_own_are_not_shown() -> None:
    assert "_fate" not in complete({"object": "payment_method", "type": "card", "_fate": "good"})


def test_expandable_is_what_may_be_an_id_or_an_object() -> None:
    subscription = fields(resource("subscription"))
    assert is_expandable(subscription["customer"])
    assert is_expandable(subscription["discounts"])
    assert not is_expandable(subscription["status"])
    assert not is_expandable(subscription["items"])


def test_every_prefix_is_for_an_object_the_sdk_knows() -> None:
    assert set(_PREFIXES) <= set(OBJECT_CLASSES)
