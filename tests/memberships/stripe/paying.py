"""People who pay, for the tests of what they change: a year or a month, without a trial."""

from __future__ import annotations

from memberships import clock
from memberships.models import Plan, Subscription, User
from memberships.stripe.checkout import complete_checkout, start_checkout
from tests.memberships.builders import person, plan
from tests.memberships.local_stripe import GOOD_CARD, LocalStripe


def yearly() -> Plan:
    return plan("pro_yearly", name="PRO, yearly", amount=30000, trial_days=0)


def monthly() -> Plan:
    return plan("pro_monthly", name="PRO, monthly", amount=2900, interval="month", trial_days=0)


def payer_of(stripe: LocalStripe, bought: Plan, card: str = GOOD_CARD) -> User:
    """Somebody who bought the plan just now."""
    user = person(name="Nour", time_zone="Asia/Beirut")
    attempt = start_checkout(user, bought, clock.now(), "")
    complete_checkout(user, stripe.pay(attempt.url, card), clock.now())
    return user


def of(user: User) -> Subscription:
    return Subscription.objects.select_related("customer__user", "plan", "next_plan").get(customer__user=user)


def at_stripe(stripe: LocalStripe, user: User) -> dict:
    return stripe.api("GET", f"subscriptions/{of(user).stripe_id}")


def paid(stripe: LocalStripe, user: User) -> list[int]:
    """What was charged so far, newest first, without what came to nothing."""
    bills = stripe.api("GET", "invoices", subscription=of(user).stripe_id, limit=100)["data"]
    return [bill["amount_paid"] for bill in bills if bill["status"] == "paid" and bill["amount_paid"]]


def bring_card(stripe: LocalStripe, user: User, card: str) -> None:
    """Another card becomes the one that is charged; ``pm_card_chargeCustomerFail`` is one that fails."""
    row = of(user)
    method = stripe.api("POST", f"payment_methods/{card}/attach", customer=row.customer.stripe_id)
    stripe.api("POST", f"subscriptions/{row.stripe_id}", default_payment_method=method["id"])
