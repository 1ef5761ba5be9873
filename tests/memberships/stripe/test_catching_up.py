from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from memberships import clock
from memberships.models import AuditEntry, Customer, StripeEvent
from memberships.stripe import inbox
from memberships.stripe.catching_up import CaughtUp, catch_up
from memberships.stripe.client import BillingError
from tests.factories.memberships import make_staff
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro, pay
from tests.memberships.meddler import meddling

pytestmark = pytest.mark.django_db


def miss(stripe, user) -> None:
    """They pay while nobody takes Stripe's webhooks."""
    stripe.wire.is_deaf = True
    pay(stripe, user)


def test_what_could_not_be_delivered_is_fetched_once_and_worked_off(local_stripe, settings):
    user, asked = person(), []
    miss(local_stripe, user)

    with meddling(local_stripe.base, lambda path, said: said, heard=asked.append) as settings.STRIPE_API_BASE:
        found = catch_up(clock.now() - DAY, clock.now())
    assert asked
    assert all("delivery_success=false" in path for path in asked), "what was delivered is not asked for again"
    assert found.events == StripeEvent.objects.count() > 3
    assert not holds_pro(user), "it is in the inbox, like any webhook"
    settings.STRIPE_API_BASE = local_stripe.base
    inbox.replay(clock.now())

    assert holds_pro(user)
    assert catch_up(clock.now() - DAY, clock.now()) == CaughtUp()


def test_of_an_event_in_another_version_only_the_customer_is_believed(local_stripe, settings):
    """The account's version is not that of its endpoint; what it lists is in the account's."""
    user = person()
    begin_trial(local_stripe, user)
    deliver_all(local_stripe)
    stripe_id = Customer.objects.get(user=user).stripe_id
    known = StripeEvent.objects.count()
    local_stripe.wire.is_deaf = True
    subscription = local_stripe.api("GET", "subscriptions", customer=stripe_id)["data"][0]
    local_stripe.api("DELETE", f"subscriptions/{subscription['id']}")

    def in_old_words(path: str, said: dict) -> dict:
        if path.startswith("/v1/events"):
            said["data"] = [{**each, "api_version": "2019-12-03"} for each in said["data"]]
        return said

    with meddling(local_stripe.base, in_old_words) as settings.STRIPE_API_BASE:
        found = catch_up(clock.now() - DAY, clock.now())

    assert found == CaughtUp(events=0, customers=1)
    assert StripeEvent.objects.count() == known
    assert not holds_pro(user)


def test_without_stripe_nothing_is_taken_in(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(BillingError):
        catch_up(clock.now() - DAY, clock.now())
    with pytest.raises(CommandError, match="does not answer"):
        call_command("stripe_catch_up")
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("days", [0, 31, -1])
def test_the_command_says_how_far_back_stripe_lists(days):
    with pytest.raises(CommandError, match="a number from 1 to 30"):
        call_command("stripe_catch_up", days=days)


def test_staff_fetch_at_the_desk_and_it_is_written_down(client, local_stripe, settings):
    user = person()
    miss(local_stripe, user)
    client.force_login(make_staff("Support"))
    address = reverse("admin:memberships_stripeevent_catch_up")
    assert "thirty days" in text(client.get(address))
    assert not StripeEvent.objects.exists()

    answer = client.post(address, follow=True)

    assert f"{StripeEvent.objects.count()} events were fetched." in text(answer)
    assert AuditEntry.objects.filter(verb="events fetched").count() == 1
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert "does not answer" in text(client.post(address))


def test_who_may_only_look_does_not_fetch(client):
    client.force_login(make_staff("Sales"))

    assert client.post(reverse("admin:memberships_stripeevent_catch_up")).status_code == 403
