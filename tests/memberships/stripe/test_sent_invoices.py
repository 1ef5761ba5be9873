"""A company whose invoices are sent: sales made its subscription in Stripe's dashboard, the local one here."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from memberships import clock, lockouts
from memberships.models import Customer, Entitlement, Subscription, Team
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import GRACE
from memberships.teams import contracts
from tests.memberships.builders import DAY, plan, team
from tests.memberships.local_stripe import LocalStripe

pytestmark = pytest.mark.django_db
HOUR = 3600


def invoiced(stripe: LocalStripe) -> Subscription:
    """A team's subscription for five, with thirty days to pay each invoice."""
    price, room = plan(), team()
    call_command("stripe_sync_catalogue")
    price.refresh_from_db()
    customer = stripe.api("POST", "customers", name=room.name)
    Customer.objects.create(team=room, stripe_id=customer["id"], created_at=clock.now())
    terms = {"collection_method": "send_invoice", "days_until_due": 30}
    asked = {"customer": customer["id"], "items[0][price]": price.stripe_id, "items[0][quantity]": 5, **terms}
    return read(stripe.api("POST", "subscriptions", **asked)["id"], customer["id"])


def read(subscription_id: str, customer_id: str) -> Subscription:
    return sync_subscription(customer_id, subscription_id, clock.now())


def again(row: Subscription) -> Subscription:
    assert row.customer.stripe_id
    return read(row.stripe_id, row.customer.stripe_id)


def pay_by_transfer(stripe: LocalStripe, row: Subscription) -> None:
    invoice = row.invoices.latest("issued_at")
    stripe.api("POST", f"invoices/{invoice.stripe_id}/pay", paid_out_of_band="true")


def rights_of(room: Team | None) -> list[tuple[str, bool]]:
    return [(row.source, row.ends_at is None) for row in Entitlement.objects.filter(team=room).live(clock.now())]


def test_a_team_reads_from_its_first_paid_invoice_and_not_before(local_stripe):
    row = invoiced(local_stripe)
    assert (row.status, rights_of(row.customer.team)) == ("active", [])

    local_stripe.advance(seconds=HOUR + 1)
    row = again(row)
    assert row.due_at is not None
    assert rights_of(row.customer.team) == []
    assert not lockouts.locked_out(clock.now()), "nobody has paid, so nobody is locked out"

    pay_by_transfer(local_stripe, row)
    again(row)
    assert rights_of(row.customer.team) == [("subscription", False)]


def test_a_first_invoice_that_is_never_paid_opens_nothing_when_it_is_overdue(local_stripe):
    row = invoiced(local_stripe)
    local_stripe.advance(seconds=32 * 24 * HOUR)

    assert again(row).status == "past_due"
    assert rights_of(row.customer.team) == []


def test_a_later_invoice_that_is_overdue_leaves_a_fortnight_from_its_day(local_stripe):
    row = invoiced(local_stripe)
    local_stripe.advance(seconds=HOUR + 1)
    pay_by_transfer(local_stripe, again(row))
    local_stripe.advance(seconds=int((again(row).period_ends_at - clock.now()).total_seconds()) + 32 * 24 * HOUR)

    row = again(row)
    assert row.status == "past_due"
    assert rights_of(row.customer.team) == [("grace", False)]
    assert Entitlement.objects.live(clock.now()).get(team=row.customer.team).ends_at == row.due_at + GRACE


def test_whom_staff_let_read_before_it_is_paid_reads_by_the_days_of_the_contract(local_stripe):
    row = invoiced(local_stripe)
    assert row.customer.team is not None

    contracts.settle(row.customer.team, clock.now())

    assert rights_of(row.customer.team) == [("seat", False)]
    assert not Entitlement.objects.live(clock.now() + 400 * DAY).filter(team=row.customer.team).exists()
