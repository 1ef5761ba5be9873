"""What waits for a customer who never becomes anybody here is set aside after a day, and who pays is told of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock, tasks
from memberships.models import Alert, Customer, StripeEvent
from memberships.stripe import inbox, strangers
from tests.memberships.builders import DAY, customer, person, plan
from tests.memberships.conftest import SECRET, deliver, deliver_all, holds_pro, pay
from tests.memberships.desk.acting import at_the_desk
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db
State = StripeEvent.State


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def parked(customer_id: str, *, since: timedelta = DAY + timedelta(minutes=1), **subject: object) -> StripeEvent:
    """An event of a customer who is nobody here, that came so long ago."""
    content = {"id": "sub_1", "object": "subscription", "customer": customer_id, **subject}
    _status, row = deliver(signed(event(subject=content)))
    assert row is not None
    assert row.state == State.PARKED
    StripeEvent.objects.filter(pk=row.pk).update(received_at=clock.now() - since)
    return row


def subscribed(price: str | None, status: str = "active") -> dict[str, object]:
    return {"status": status, "items": {"data": [{"price": {"id": price, "object": "price"}}]}}


def test_what_is_not_ours_is_set_aside_after_a_day_without_a_word_to_staff():
    foreign = parked("cus_of_the_crossword", **subscribed("price_of_the_crossword"))
    tasks.set_strangers_aside()
    foreign.refresh_from_db()
    assert foreign.state == State.QUARANTINED
    assert foreign.settled_at is not None
    assert "nothing of ours" in foreign.error
    assert not Alert.objects.exists()


def test_staff_hear_once_of_somebody_who_pays_for_ours_and_is_nobody_here(local_stripe):
    user = person()
    pay(local_stripe, user)
    local_stripe.wire.wait_for("invoice.paid")
    lost = Customer.objects.get(user=user).stripe_id
    Customer.objects.filter(user=user).update(stripe_id=None)
    user.checkout_attempts.all().delete()
    deliver_all(local_stripe)
    waiting = StripeEvent.objects.parked().count()
    assert waiting > 1

    assert strangers.set_aside(clock.now() + DAY / 2) == 0, "they may still come"
    assert strangers.set_aside(clock.now() + 2 * DAY) == waiting

    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == (Alert.Kind.PAID_UNKNOWN, lost)
    assert plan().name in alert.sentence
    assert set(StripeEvent.objects.filter(customer_id=lost).values_list("state", flat=True)) <= {
        State.QUARANTINED,
        State.IGNORED,
    }
    Customer.objects.filter(user=user).update(stripe_id=lost)
    for row in StripeEvent.objects.filter(customer_id=lost, type="customer.subscription.created"):
        assert inbox.process(row.pk, clock.now()) == State.DONE, "staff have it done again once it is known who it is"
    assert holds_pro(user)


@pytest.mark.parametrize(
    ("subject", "is_told"),
    [
        ({"object": "invoice", "amount_paid": 500}, True),
        ({"object": "invoice", "amount_paid": 0}, False),
        ({"object": "subscription", **subscribed("price_ours", "canceled")}, False),
        ({"object": "subscription", **subscribed(None)}, False),
    ],
)
def test_only_what_is_paid_for_ours_is_told(subject, is_told):
    plan(stripe_id="price_ours")
    lines = {"data": [{"pricing": {"price_details": {"price": "price_ours"}}}]}
    of_subscription = {"subscription_details": {"subscription": "sub_1"}}
    parked("cus_unknown", **{"lines": lines, "parent": of_subscription, **subject})
    assert strangers.set_aside(clock.now()) == 1
    assert Alert.objects.filter(kind=Alert.Kind.PAID_UNKNOWN).exists() == is_told


def test_what_waits_for_somebody_known_by_now_is_left_to_the_inbox():
    parked("cus_late")
    customer(person(), "cus_late")
    assert strangers.set_aside(clock.now()) == 0


def test_the_first_page_of_the_desk_counts_what_waits_for_more_than_an_hour(client):
    parked("cus_lately", since=timedelta(minutes=50))
    at_the_desk(client, "Operator")
    assert "desk-tile--alarm" not in client.get("/admin/").content.decode()
    parked("cus_for_long", since=timedelta(minutes=70))
    page = client.get("/admin/").content.decode()
    assert page.count("desk-tile--alarm") == 1
    assert "?state=parked" in page
