from __future__ import annotations

import inspect
import re
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stripe.params import WebhookEndpointCreateParams

from memberships import clock, selling
from memberships.models import Plan, Product
from memberships.stripe import account, catalogue, client
from memberships.stripe.handlers import HANDLERS
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


def test_an_archived_price_is_closed_once_and_opened_again_when_it_is_sold_again(local_stripe):
    sold = plan("catalogue_archived")
    run()
    price = Plan.objects.get(pk=sold.pk).stripe_id
    selling.archive(sold, clock.now())

    assert f"catalogue_archived: closed, {price}" in run()
    assert local_stripe.api("GET", f"prices/{price}")["active"] is False
    assert "catalogue_archived" not in run()

    selling.bring_back(sold)
    Plan.objects.filter(pk=sold.pk).update(is_offered=True)
    assert f"catalogue_archived: opened again, {price}" in run()
    assert local_stripe.api("GET", f"prices/{price}")["active"] is True
    assert f"catalogue_archived: there already, {price}" in run()


def test_a_product_is_called_at_stripe_what_it_is_called_here(local_stripe):
    plan("catalogue_named")
    run()
    Product.objects.update(name="Corniche PRO, renewed")

    assert "product pro: renamed from “Corniche PRO”" in run()
    assert local_stripe.api("GET", f"products/{pro().stripe_id}")["name"] == "Corniche PRO, renewed"
    assert "renamed" not in run()
    Product.objects.update(name="Corniche PRO")
    run()


def test_ids_of_another_account_are_never_used_again(local_stripe, settings):
    sold = plan("catalogue_moved")
    Plan.objects.filter(pk=sold.pk).update(stripe_id="price_of_the_old_account", stripe_key_hash="another")
    Product.objects.update(stripe_id="prod_of_the_old_account", stripe_key_hash="another")

    assert "catalogue_moved: made" in run()
    sold.refresh_from_db()
    assert local_stripe.api("GET", f"prices/{sold.stripe_id}")["lookup_key"] == "catalogue_moved"
    assert local_stripe.api("GET", f"products/{pro().stripe_id}")["id"] == pro().stripe_id


def test_a_key_that_is_only_replaced_finds_the_same_ids(local_stripe, settings):
    sold = plan("catalogue_rotated")
    run()
    before = Plan.objects.get(pk=sold.pk)
    Plan.objects.update(stripe_key_hash="the key of yesterday")
    Product.objects.update(stripe_key_hash="the key of yesterday")

    assert "catalogue_rotated: there already" in run()
    assert catalogue.price_id_of(Plan.objects.get(pk=sold.pk)) == before.stripe_id
    assert Plan.objects.get(pk=sold.pk).stripe_key_hash == before.stripe_key_hash


def test_the_portal_is_configured_once_and_sells_nothing_itself(local_stripe):
    run()

    assert "billing portal: there already" in run()
    [portal] = local_stripe.api("GET", "billing_portal/configurations", is_default="true")["data"]
    enabled = {name for name, feature in portal["features"].items() if feature["enabled"]}
    assert enabled == {"customer_update", "invoice_history", "payment_method_update", "subscription_cancel"}
    assert set(portal["features"]["subscription_cancel"]["cancellation_reason"]["options"]) == set(account.REASONS)


def test_a_portal_that_somebody_set_up_by_hand_is_brought_to_what_it_has_to_be(local_stripe, settings):
    run()
    [portal] = local_stripe.api("GET", "billing_portal/configurations", is_default="true")["data"]
    local_stripe.api(
        "POST",
        f"billing_portal/configurations/{portal['id']}",
        **{"features[subscription_cancel][enabled]": "false", "business_profile[headline]": "By hand"},
    )

    assert "billing portal: changed" in run()
    again = local_stripe.api("GET", f"billing_portal/configurations/{portal['id']}")
    assert again["features"]["subscription_cancel"]["enabled"] is True
    assert again["business_profile"]["headline"] == settings.PRO_NAME
    assert "billing portal: there already" in run()


@pytest.fixture
def reachable(local_stripe, settings):
    """A site that Stripe could send webhooks to; its endpoint is taken away afterwards."""
    settings.SITE_URL = "https://news.example.org"

    def ours() -> list[dict[str, Any]]:
        known = local_stripe.api("GET", "webhook_endpoints", limit=100)["data"]
        return [each for each in known if each["url"] == "https://news.example.org/webhooks/stripe/"]

    yield ours
    for each in ours():
        local_stripe.api("DELETE", f"webhook_endpoints/{each['id']}")


def test_the_webhook_endpoint_is_made_once_and_its_secret_said_once(reachable):
    said = run()
    [endpoint] = reachable()
    assert f"webhook endpoint: made, {endpoint['id']}" in said
    assert len(re.findall(r"^whsec_\w+$", said, re.MULTILINE)) == 1
    assert endpoint["api_version"] == client.API_VERSION
    assert set(endpoint["enabled_events"]) == set(HANDLERS)

    again = run()
    assert f"webhook endpoint: there already, {endpoint['id']}" in again
    assert "whsec_" not in again


def test_an_endpoint_that_misses_events_or_was_switched_off_is_brought_up_to_date(local_stripe, reachable):
    run()
    [endpoint] = reachable()
    path = f"webhook_endpoints/{endpoint['id']}"
    local_stripe.api("POST", path, **{"enabled_events[]": "invoice.paid", "disabled": "true"})

    said = run()

    assert f"webhook endpoint: changed, {endpoint['id']}" in said
    assert "whsec_" not in said
    [endpoint] = reachable()
    assert (set(endpoint["enabled_events"]), endpoint["status"]) == (set(HANDLERS), "enabled")


def test_an_endpoint_of_another_version_is_left_until_somebody_takes_it_away(local_stripe, reachable):
    old = local_stripe.api(
        "POST",
        "webhook_endpoints",
        **{"url": "https://news.example.org/webhooks/stripe/", "enabled_events[]": "invoice.paid"},
    )

    said = run()

    assert "webhook endpoint: made" in said
    assert f"webhook endpoint: speaks the version of the account: delete it, {old['id']}" in said
    assert len(reachable()) == 2


def test_a_site_stripe_cannot_reach_registers_nothing(local_stripe, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    before = local_stripe.api("GET", "webhook_endpoints", limit=100)["data"]

    assert "webhook endpoint: left alone" in run()
    assert local_stripe.api("GET", "webhook_endpoints", limit=100)["data"] == before


def test_every_event_that_is_asked_for_is_one_of_stripes():
    known = inspect.getsource(sys.modules[WebhookEndpointCreateParams.__module__])
    assert all(f'"{name}"' in known for name in HANDLERS)


def test_when_stripe_is_away_the_command_says_so(local_stripe, settings):
    plan("catalogue_away")
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="does not answer"):
        run()
