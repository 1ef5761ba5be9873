"""Members move in with what runs for them at Stripe: charged once, by the same card, and they read on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock, happenings, trials
from memberships.importing import mapping, moving_in
from memberships.models import Customer, Happening, Invoice, MovingRow, Plan, StripeEvent, Subscription, User
from memberships.stripe import inbox
from memberships.stripe.reconcile import reconcile_all
from newsletters.models import Message
from tests.memberships.builders import DAY, person, plan, pro, subscription
from tests.memberships.conftest import deliver, deliver_all, holds_pro
from tests.memberships.importing.moving import (
    brought,
    ghost,
    moved,
    old_customer,
    old_member,
    old_price,
    row,
    verdict,
    woocommerce,
    worked,
)

pytestmark = pytest.mark.django_db


def test_twenty_members_are_charged_once_by_the_same_card_and_read_on(local_stripe):
    price = old_price(local_stripe)
    paying = {f"Member{n}@example.org": old_member(local_stripe, f"Member{n}@example.org", price) for n in range(20)}
    gone, ended = old_member(local_stripe, "gone@example.org", price)
    local_stripe.api("DELETE", f"subscriptions/{ended}")
    people = [{"email": email, "stripe_customer_id": ref, "tiers": "Gold"} for email, (ref, _sub) in paying.items()]
    people += [{"email": "gone@example.org", "stripe_customer_id": gone, "tiers": "Gold"}]
    people += [{"email": "given@example.org", "complimentary_plan": "true"}, {"email": "free@example.org"}]
    early = local_stripe.wire.wait_for("customer.subscription.created")
    _status, parked = deliver(early)
    assert parked.state == StripeEvent.State.PARKED

    begun = brought(ghost(*people))
    assert (begun.state, User.objects.count(), Customer.objects.count()) == ("looked", 0, 0)
    assert [(each.ref, each.label, each.count) for each in mapping.unmapped(begun)] == [
        (price, "Supporter · 9.00 USD / month", 20)
    ]
    mapping.map_prices(begun, {price: "pro"})
    worked(begun)
    told = moving_in.counts(begun)
    assert (told["reads"], told["loses"], told["free"], told["unclear"]) == (21, 1, 1, 0)
    assert Plan.objects.get(stripe_id=price).is_offered is False

    moved(begun)
    inbox.replay(clock.now())
    parked.refresh_from_db()
    assert (begun.state, parked.state) == ("moved", StripeEvent.State.DONE)
    readers = [User.objects.get(email=email.lower()) for email in paying]
    assert all(map(holds_pro, readers))
    assert holds_pro(User.objects.get(email="given@example.org"))
    assert not holds_pro(User.objects.get(email="gone@example.org"))
    assert not holds_pro(User.objects.get(email="free@example.org"))
    assert not trials.is_entitled(User.objects.get(email="gone@example.org"), pro())
    for late in local_stripe.wire.take()[-5:]:
        deliver(late)
    assert verdict(begun, "gone@example.org") == ("loses", "ended")
    assert not Happening.objects.exists()
    assert not Message.objects.exists()

    renewal = Subscription.objects.latest("period_ends_at").period_ends_at
    local_stripe.advance(to=int((renewal + timedelta(hours=2)).timestamp()))
    local_stripe.wire.take()  # All of it is lost, and the night mends it.
    reconcile_all(clock.now())
    assert all(map(holds_pro, readers))
    for customer, sub in paying.values():
        bills = local_stripe.api("GET", "invoices", customer=customer)["data"]
        assert [(bill["status"], bill["amount_paid"]) for bill in bills] == [("paid", 900), ("paid", 900)]
        assert Subscription.objects.get(stripe_id=sub).card_label == "Visa 4242"
    assert not local_stripe.api("GET", "subscriptions", customer=gone)["data"]
    happenings.tell_waiting(clock.now())
    assert Invoice.objects.filter(amount_paid=900).count() == 41
    assert Happening.objects.filter(kind=Happening.Kind.INVOICE_PAID).count() == 20


def test_what_dies_half_way_is_finished_later_and_nothing_is_done_twice(local_stripe, settings):
    price = old_price(local_stripe)
    ref, _sub = old_member(local_stripe, "ada@example.org", price)
    paying = {"email": "ada@example.org", "stripe_customer_id": ref, "tiers": "Gold"}
    begun = brought(ghost({"email": "given@example.org", "complimentary_plan": "true"}, paying))
    mapping.map_prices(begun, {price: "pro"})
    worked(begun)
    moving_in.start(begun)

    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert moving_in.work(clock.now) is False
    begun.refresh_from_db()
    assert (begun.state, begun.halted_because[:19]) == ("moving", "Our payment partner")
    assert row(begun, "given@example.org").state == MovingRow.State.MOVED
    assert row(begun, "ada@example.org").state == MovingRow.State.TAKEN
    begun.claimed_until = clock.now() + timedelta(minutes=1)
    begun.save()
    assert moving_in.work(clock.now) is False, "somebody else is at it"

    settings.STRIPE_API_BASE = local_stripe.base
    begun.claimed_until = clock.now() - timedelta(seconds=1)
    begun.save()
    assert worked(begun).state == "moved"
    given = {"email": "given@example.org", "complimentary_plan": "true"}
    again = moved(brought(ghost(paying, given), comps_until=begun.comps_until))
    assert [each.state for each in again.rows.all()] == ["moved", "moved"]
    assert (User.objects.count(), Customer.objects.count(), Subscription.objects.count()) == (2, 1, 1)
    assert [user.entitlements.count() for user in User.objects.all()] == [1, 1]


def test_a_card_that_a_shop_charged_is_charged_on_once(local_stripe):
    plan("pro_monthly_of_a_shop", interval="month", amount=2500)
    ref = old_customer(local_stripe, "ada@example.org")
    due = clock.now() + 20 * DAY
    paid = {"subscription_status": "wc-active", "order_items": "PRO", "start_date": "2025-01-02 03:04:05"}
    paid |= {"billing_email": "ada@example.org", "_stripe_customer_id": ref, "next_payment_date": due.isoformat()}
    cardless = {**paid, "billing_email": "nobody@example.org", "_stripe_customer_id": ""}
    late = {**paid, "billing_email": "late@example.org", "next_payment_date": "2026-01-01", "_stripe_customer_id": ""}
    leaving = {**paid, "billing_email": "leaving@example.org", "subscription_status": "pending-cancel"}
    leaving |= {"end_date": due.isoformat(), "_stripe_customer_id": ""}

    begun = brought(woocommerce(paid, cardless, late, leaving), "woocommerce")
    mapping.map_prices(begun, {"PRO": "pro_monthly_of_a_shop"})
    moved(worked(begun))
    assert verdict(begun, "ada@example.org") == ("reads", "continues")
    assert verdict(begun, "nobody@example.org") == ("unclear", "no_card")
    assert verdict(begun, "late@example.org") == ("unclear", "due")
    assert verdict(begun, "leaving@example.org") == ("reads", "runs_out")
    second = brought(woocommerce(paid), "woocommerce")
    assert verdict(moved(second), "ada@example.org") == ("reads", "runs")

    mirrored = Subscription.objects.get()
    assert (mirrored.status, mirrored.has_paid, mirrored.came_along) == ("active", True, True)
    assert abs(mirrored.period_ends_at - due) < timedelta(seconds=1)
    local_stripe.advance(to=int((due + timedelta(hours=2)).timestamp()))
    deliver_all(local_stripe)
    bills = local_stripe.api("GET", "invoices", customer=ref)["data"]
    assert [(bill["status"], bill["amount_paid"]) for bill in bills] == [("paid", 2500)]
    assert holds_pro(User.objects.get(email="ada@example.org"))
    assert not holds_pro(User.objects.get(email="leaving@example.org"))
    assert not User.objects.filter(email="nobody@example.org").exists()


def test_a_customer_that_may_be_somebody_elses_waits_for_a_word(local_stripe):
    price = old_price(local_stripe)
    plan("old", stripe_id=price)
    refs = {name: old_member(local_stripe, f"{name}@example.org", price)[0] for name in ("ada", "bo", "cem")}
    Customer.objects.create(user=person("else@example.org"), stripe_id=refs["bo"], created_at=clock.now())
    subscription(person("cem@example.org", name="Cem"))
    people = [{"email": "ada@new.example", "stripe_customer_id": refs["ada"], "tiers": "Gold"}]
    people += [
        {"email": f"{name}@example.org", "stripe_customer_id": refs[name], "tiers": "G"} for name in ("bo", "cem")
    ]
    people += [{"email": "dee@example.org", "stripe_customer_id": "cus_nowhere", "tiers": "Gold"}]

    begun = brought(ghost(*people))

    assert verdict(begun, "ada@new.example") == ("unclear", "address")
    assert verdict(begun, "bo@example.org") == ("unclear", "taken")
    assert verdict(begun, "cem@example.org") == ("unclear", "member")
    assert verdict(begun, "dee@example.org") == ("unclear", "unknown")
    moving_in.vouch(begun.rows.all())
    assert verdict(worked(begun), "ada@new.example") == ("reads", "runs")
    moved(begun)
    assert holds_pro(User.objects.get(email="ada@new.example"))
    assert Customer.objects.get(stripe_id=refs["bo"]).user.email == "else@example.org"
    assert not User.objects.filter(email__in=["bo@example.org", "dee@example.org"]).exists()
    assert Subscription.objects.filter(customer__user__email="cem@example.org").count() == 1


def test_without_an_id_the_customer_is_found_by_the_address(local_stripe):
    price = old_price(local_stripe)
    plan("old", stripe_id=price)
    old_member(local_stripe, "Ada@Example.org", price)
    old_member(local_stripe, "two@example.org", price)
    old_member(local_stripe, "two@example.org", price)
    until = (clock.now() + 90 * DAY).isoformat()
    lines = ["email,active_subscription,expiry,plan,email_disabled,created_at"]
    lines += [f"{email},true,{until},yearly,false,2024-01-01" for email in ("Ada@Example.org", "two@example.org")]
    lines += [f"none@example.org,true,{until},yearly,false,2024-01-01", f"gift@example.org,true,{until},gift,false,"]

    begun = moved(brought("\n".join(lines).encode(), "substack"))

    assert verdict(begun, "ada@example.org") == ("reads", "runs")
    assert verdict(begun, "two@example.org") == ("unclear", "customers")
    assert verdict(begun, "none@example.org") == ("loses", "none")
    assert verdict(begun, "gift@example.org") == ("reads", "given")
    assert holds_pro(User.objects.get(email="gift@example.org"))
    assert not holds_pro(User.objects.get(email="gift@example.org"), clock.now() + 91 * DAY)
