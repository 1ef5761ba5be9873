"""The dry run: what would happen to each person, by asking Stripe. Nothing is written but the verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memberships.importing import verdicts
from memberships.importing.verdicts import Outcome, Verdict, Why
from memberships.models import Customer, MovingIn, MovingRow, Plan, Subscription, User
from memberships.stripe.calls import moving, subscribing
from memberships.stripe.client import BillingError
from memberships.stripe.found import FoundCustomer, FoundSubscription
from memberships.stripe.sync import Bills
from memberships.subscriptions import STANDING

# The verdicts after which the customer at Stripe becomes theirs.
WITH_CUSTOMER = frozenset((Why.RUNS, Why.RUNS_UNCLAIMED, Why.CONTINUES, Why.ENDED))
_CHARGED = frozenset((Why.RUNS, Why.RUNS_UNCLAIMED, Why.CONTINUES))
_OWING = frozenset(("past_due", "unpaid"))


@dataclass
class Here:
    """What is known here of the people of a batch, by address, and of the customers they name, by Stripe's id."""

    accounts: dict[str, bool]
    owners: dict[str, str]
    standing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def about(cls, rows: Sequence[MovingRow]) -> Here:
        emails = [row.email for row in rows]
        owned = Customer.objects.filter(stripe_id__in=[row.customer_ref for row in rows if row.customer_ref])
        here = cls(
            accounts=dict(User.objects.filter(email__in=emails).values_list("email", "is_active")),
            owners={ref or "": email or "" for ref, email in owned.values_list("stripe_id", "user__email")},
        )
        running = Subscription.objects.filter(customer__user__email__in=emails, status__in=STANDING)
        for email, ref in running.values_list("customer__user__email", "customer__stripe_id"):
            here.standing[email].add(ref or "")
        return here


def prices_of(moving_in: MovingIn) -> dict[str, str]:
    """Which product each price opens: those of our plans, and what staff said; empty for what is none of ours."""
    ours = Plan.objects.exclude(stripe_id=None).values_list("stripe_id", "product__slug")
    return {**moving_in.mapping, **{price or "": slug for price, slug in ours}}


def needs_stripe(row: MovingRow) -> bool:
    """Whether only Stripe can say: it is named, or somebody pays without a name there."""
    return bool(row.customer_ref) or row.claim == MovingRow.Claim.PAID


def look(row: MovingRow, moving_in: MovingIn, here: Here, opens: Mapping[str, str], at: datetime) -> None:
    """Write the verdict on the row, unsaved.

    Raises:
        BillingError: Stripe does not answer just now.
    """
    verdict = _verdict(row, moving_in, here, opens, at)
    row.is_known = row.email in here.accounts
    row.state = MovingRow.State.LOOKED
    row.outcome, row.why, row.until = verdict.outcome, verdict.why or "", verdict.until
    row.price_ref, row.price_label = verdict.price[:255], verdict.price_label[:255]
    row.detail = verdict.detail[:500]


def _verdict(row: MovingRow, moving_in: MovingIn, here: Here, opens: Mapping[str, str], at: datetime) -> Verdict:
    if here.accounts.get(row.email) is False:
        return Verdict(Outcome.UNCLEAR, Why.CLOSED)
    if not needs_stripe(row):
        return verdicts.without_stripe(row, moving_in.comps_until, at)
    try:
        return _asked(row, moving_in, here, opens, at)
    except BillingError as error:
        if error.is_retryable:
            raise
        return Verdict(Outcome.UNCLEAR, Why.REFUSED, detail=error.detail or str(error))


def _asked(row: MovingRow, moving_in: MovingIn, here: Here, opens: Mapping[str, str], at: datetime) -> Verdict:
    customers = _customers(row)
    if row.customer_ref and not customers:
        is_paying = row.claim == MovingRow.Claim.PAID
        return Verdict(Outcome.UNCLEAR, Why.UNKNOWN) if is_paying else _otherwise(row, moving_in, at)
    found = {customer.id: moving.subscriptions_of(customer.id) for customer in customers}
    holding = [each for each in customers if any(_is_standing(one, opens) for one in found[each.id])]
    if len(holding) > 1:
        return Verdict(Outcome.UNCLEAR, Why.CUSTOMERS, detail=", ".join(each.id for each in holding))
    customer = next(iter(holding or customers), None)
    if customer is None:
        return _otherwise(row, moving_in, at)
    row.customer_ref = customer.id
    subscriptions = found[customer.id]
    bills = {
        each.remote.id: Bills.of(subscribing.list_invoices(each.remote.id))
        for each in subscriptions
        if each.remote.status in _OWING
    }
    verdict = verdicts.by_subscriptions(row, subscriptions, opens, bills, moving_in.comps_until, at)
    if verdict.outcome == Outcome.LOSES and verdict.why != Why.OVER and _shop_charged(row, moving_in):
        _find_card(row, customer)
        verdict = verdicts.by_shop(row, moving_in.mapping.get(row.plan_name), at)
    return _unless_not_theirs(verdict, row, customer, here)


def _otherwise(row: MovingRow, moving_in: MovingIn, at: datetime) -> Verdict:
    """Without any customer at Stripe."""
    if _shop_charged(row, moving_in):
        return verdicts.by_shop(row, moving_in.mapping.get(row.plan_name), at)
    return verdicts.without_stripe(row, moving_in.comps_until, at)


def _shop_charged(row: MovingRow, moving_in: MovingIn) -> bool:
    is_paying = row.claim == MovingRow.Claim.PAID and row.renews
    return moving_in.source == MovingIn.Source.WOOCOMMERCE and is_paying


def _customers(row: MovingRow) -> list[FoundCustomer]:
    """The customer that is named, else all that have the address, as typed or in lower case."""
    if row.customer_ref:
        customer = moving.find_customer(row.customer_ref)
        return [customer] if customer else []
    spellings = {row.email_as_typed, row.email}
    found = {each.id: each for spelling in sorted(spellings) for each in moving.customers_with(spelling)}
    return list(found.values())


def _is_standing(found: FoundSubscription, opens: Mapping[str, str]) -> bool:
    return found.remote.status in STANDING and any(opens.get(price.id) != "" for price in found.prices)


def _find_card(row: MovingRow, customer: FoundCustomer) -> None:
    """The card to charge from now on: the one the shop charged, else the customer's; only if it is the customer's."""
    card = row.card_ref or customer.card
    row.card_ref = card if card and moving.owner_of_card(card) == customer.id else ""


def _unless_not_theirs(verdict: Verdict, row: MovingRow, customer: FoundCustomer, here: Here) -> Verdict:
    """The verdict, unless the customer at Stripe is somebody else's, or they would be charged twice."""
    if verdict.why not in WITH_CUSTOMER:
        return verdict
    if here.owners.get(customer.id, row.email) != row.email:
        return Verdict(Outcome.UNCLEAR, Why.TAKEN, detail=here.owners[customer.id])
    if customer.email != row.email and not row.is_vouched:
        return Verdict(Outcome.UNCLEAR, Why.ADDRESS, detail=customer.email)
    if verdict.why in _CHARGED and here.standing[row.email] - {customer.id}:
        return Verdict(Outcome.UNCLEAR, Why.MEMBER)
    return verdict
