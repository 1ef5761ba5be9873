"""Parameters are those of the SDK's TypedDicts; every refusal names the parameter."""

from __future__ import annotations

import pytest
from stripe.params import CustomerCreateParams, PriceCreateParams, SubscriptionUpdateParams, WebhookEndpointCreateParams

from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.forms import decode
from newsroom.embedded.stripe.params import accept


def accepted(params: type, form: str) -> dict[str, object]:
    return accept(params, decode(form))


def test_text_becomes_the_annotated_type() -> None:
    form = "items[0][id]=si_1&items[0][quantity]=3&cancel_at=1800000000&cancel_at_period_end=false&trial_end=now"
    assert accepted(SubscriptionUpdateParams, form) == {
        "items": [{"id": "si_1", "quantity": 3}],
        "cancel_at": 1800000000,
        "cancel_at_period_end": False,
        "trial_end": "now",
    }


def test_words_and_the_empty_value_are_kept_apart() -> None:
    assert accepted(SubscriptionUpdateParams, "cancel_at=min_period_end") == {"cancel_at": "min_period_end"}
    assert accepted(SubscriptionUpdateParams, "cancel_at=") == {"cancel_at": ""}


def test_lists_keep_their_numbered_order() -> None:
    form = "&".join(f"expand[{number}]=p{number}" for number in range(11))
    assert accepted(SubscriptionUpdateParams, form)["expand"] == [f"p{number}" for number in range(11)]


def test_metadata_takes_any_key_and_an_empty_value() -> None:
    assert accepted(CustomerCreateParams, "metadata[user_id]=7&metadata[old]=") == {
        "metadata": {"user_id": "7", "old": ""}
    }


@pytest.mark.parametrize(
    ("form", "param", "code"),
    [
        ("nickname=A", "nickname", "parameter_unknown"),
        ("items[0][colour]=red", "items[0][colour]", "parameter_unknown"),
        ("days_until_due=soon", "days_until_due", "parameter_invalid_integer"),
        ("cancel_at_period_end=yes", "cancel_at_period_end", None),
        ("proration_behavior=maybe", "proration_behavior", None),
        ("trial_end=", "trial_end", "parameter_invalid_empty"),
        ("items=si_1", "items", None),
        ("items[first][id]=si_1", "items", None),
        ("description[a]=b", "description", None),
        ("metadata=a", "metadata", None),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(form: str, param: str, code: str | None) -> None:
    with pytest.raises(StripeError) as refusal:
        accepted(SubscriptionUpdateParams, form)
    assert (refusal.value.param, refusal.value.code, refusal.value.status) == (param, code, 400)


def test_a_missing_parameter_is_refused_by_name() -> None:
    with pytest.raises(StripeError, match="Missing required param: currency") as refusal:
        accepted(PriceCreateParams, "unit_amount=300")
    assert refusal.value.code == "parameter_missing"


def test_a_nested_missing_parameter_is_refused_by_its_path() -> None:
    with pytest.raises(StripeError) as refusal:
        accepted(PriceCreateParams, "currency=usd&recurring[interval_count]=1")
    assert refusal.value.param == "recurring[interval]"


def test_an_event_type_that_does_not_exist_is_refused() -> None:
    with pytest.raises(StripeError, match="must be one of"):
        accepted(WebhookEndpointCreateParams, "url=http://a/&enabled_events[0]=invoice.eaten")


def test_request_options_of_the_sdk_are_no_parameters() -> None:
    with pytest.raises(StripeError, match="unknown parameter: api_key"):
        accepted(CustomerCreateParams, "api_key=sk_test_1")


@pytest.mark.parametrize("form", ["a[=1", "[a]=1", "a]=1", "a=1&a[b]=2", "a[b]=2&a=1"])
def test_a_malformed_form_is_refused(form: str) -> None:
    with pytest.raises(StripeError):
        decode(form)


def test_empty_brackets_count_up() -> None:
    assert decode("types[]=a&types[]=b") == {"types": {"0": "a", "1": "b"}}
