from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from memberships.models import Plan, Product
from tests.memberships.builders import plan, pro

pytestmark = pytest.mark.django_db


def run() -> str:
    out = StringIO()
    call_command("stripe_sync_catalogue", stdout=out)
    return out.getvalue()


def test_products_and_prices_are_made_once_and_found_ever_after(local_stripe):
    sold = plan("catalogue_yearly", name="Yearly")

    assert "catalogue_yearly: made" in run()
    sold.refresh_from_db()
    assert "catalogue_yearly: there already" in run()
    price = local_stripe.api("GET", f"prices/{sold.stripe_id}")
    assert (price["unit_amount"], price["currency"], price["lookup_key"]) == (30000, "usd", "catalogue_yearly")
    assert price["recurring"]["interval"] == "year"
    assert price["product"] == Product.objects.get(slug="pro").stripe_id


def test_a_database_that_forgot_finds_its_prices_again(local_stripe):
    sold = plan("catalogue_forgotten", name="Yearly")
    run()
    known = Plan.objects.get(pk=sold.pk).stripe_id
    Plan.objects.update(stripe_id=None)
    Product.objects.update(stripe_id=None)

    run()

    assert Plan.objects.get(pk=sold.pk).stripe_id == known
    assert pro().stripe_id


def test_another_amount_under_the_same_key_is_refused_and_nothing_is_made(local_stripe):
    sold = plan("catalogue_changed", name="Yearly")
    run()
    Plan.objects.filter(pk=sold.pk).update(amount=36000, stripe_id=None)
    fresh = plan("catalogue_beside", name="Monthly", amount=2500, interval="month")

    with pytest.raises(CommandError, match="“catalogue_changed” is 30000 usd a year, the plan here 36000 usd a year"):
        run()

    fresh.refresh_from_db()
    assert fresh.stripe_id is None
    assert local_stripe.api("GET", "prices", **{"lookup_keys[]": "catalogue_beside"})["data"] == []


def test_what_is_no_longer_offered_is_left_alone(local_stripe):
    plan("catalogue_past", is_offered=False)

    assert run().startswith("There is no plan on offer.\n")
    assert local_stripe.api("GET", "prices", **{"lookup_keys[]": "catalogue_past"})["data"] == []


def test_the_portal_is_configured_once_and_sells_nothing_itself(local_stripe):
    run()

    assert "billing portal: there already" in run()
    [portal] = local_stripe.api("GET", "billing_portal/configurations", is_default="true")["data"]
    enabled = {name for name, feature in portal["features"].items() if feature["enabled"]}
    assert enabled == {"customer_update", "invoice_history", "payment_method_update", "subscription_cancel"}


def test_when_stripe_is_away_the_command_says_so(local_stripe, settings):
    plan("catalogue_away")
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="does not answer"):
        run()
