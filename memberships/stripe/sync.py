"""Makes our mirror of one subscription equal to Stripe's, and the right to read follow from it.

Webhooks, the return page, a person's own change and the nightly comparison all end here, so their order, their number
and their loss do not matter: whatever came last, what is written is what Stripe holds now.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from memberships import entitlements, happenings, leavings, pauses, price_moves, trials
from memberships.entitlements import Origin
from memberships.leavings import Farewell
from memberships.metrics import recurring, revenue
from memberships.models import Charge, Customer, Entitlement, Invoice, Plan, Subscription
from memberships.stripe import doubles
from memberships.stripe.calls import subscribing
from memberships.stripe.client import BillingError
from memberships.stripe.discounted import discounted
from memberships.stripe.next_charge import next_charge
from memberships.stripe.ordering import in_order
from memberships.stripe.payload import Unreadable, Unusable
from memberships.stripe.remote import RemoteInvoice, RemoteSubscription
from memberships.subscriptions import NOT_BEGUN, Facts, access_until, source_of
from memberships.vouchers import claiming

_INVOICE_COLUMNS = [
    "subscription", "number", "status", "currency", "amount_due", "amount_paid", "total", "tax", "discount", "plan",
    "country", "billing_reason", "hosted_url", "pdf_url", "period_starts_at", "period_ends_at", "attempt_count",
    "next_attempt_at", "due_at", "issued_at", "paid_at", "synced_at",
]  # fmt: skip


class UnknownCustomer(Unusable):
    """Stripe speaks of a customer that is nobody here, or not yet."""


class ForeignPrice(Unusable):
    """The subscription is for something we do not sell: another product shares the Stripe account."""


@dataclass(frozen=True)
class Bought:
    """What of ours a subscription is for, how many times, and for which period."""

    plan: Plan
    quantity: int
    period_starts_at: datetime | None
    period_ends_at: datetime


@dataclass(frozen=True)
class Bills:
    """What the subscription's invoices say together."""

    has_paid: bool
    overdue_since: datetime | None
    due_at: datetime | None

    @classmethod
    def of(cls, invoices: Sequence[RemoteInvoice]) -> Bills:
        unpaid = [invoice for invoice in invoices if invoice.status == "open" and invoice.amount_due > 0]
        return cls(
            has_paid=any(invoice.amount_paid > 0 for invoice in invoices),
            overdue_since=min((invoice.issued_at for invoice in unpaid if invoice.issued_at), default=None),
            due_at=min((invoice.due_at for invoice in unpaid if invoice.due_at), default=None),
        )


@dataclass(frozen=True)
class Answer:
    """Everything that Stripe said of a subscription when it was asked."""

    subscription: RemoteSubscription
    invoices: Sequence[RemoteInvoice]
    following: Charge | None


def sync_subscription(customer_id: str, subscription_id: str, at: datetime, *, is_afresh: bool = False) -> Subscription:
    """Read the subscription from Stripe and write what is found; what changed is told, each turn once.

    Stripe is asked while nothing is locked. What it said is written only if nothing was written for the customer since
    before it was asked, else it is asked again: an answer that was overtaken on the way changes nothing. ``is_afresh``
    also asks for the next charge where nothing says that it changed. A trial on a card that had one with another
    account is ended there at once, without a charge, and what came of that is read and written too.

    Raises:
        UnknownCustomer, ForeignPrice: as they say; nothing was written.
        Unreadable: the subscription is somebody else's, or cut short; nothing was written.
        BillingError: Stripe could not be asked, or others write without end; nothing was written, unless a refused
            trial could not be ended yet. The next look ends it.
    """
    customer_pk = _known(customer_id)

    def read_and_write() -> Subscription:
        return in_order(
            customer_pk,
            lambda: _asked(customer_id, subscription_id, is_afresh=is_afresh),
            lambda answer: _written(customer_id, answer, at),
        )

    row = read_and_write()
    if row.runs_on_refused_trial:
        _end_refused(row)
        row = read_and_write()
    return row


def sync_customer(customer_id: str, at: datetime) -> None:
    """Read every subscription of ours that the customer has, for changes that name none, such as a new card."""
    _known(customer_id)
    for known in Subscription.objects.running().filter(customer__stripe_id=customer_id):
        # A change of the customer, such as credit given, may change what is charged next.
        sync_subscription(customer_id, known.stripe_id, at, is_afresh=True)


def _end_refused(row: Subscription) -> None:
    try:
        subscribing.end_now(row.stripe_id)
    except BillingError as error:
        if not error.is_missing:  # Somebody else was first.
            raise


def _known(customer_id: str) -> int:
    """The primary key of Stripe's customer."""
    if not customer_id:
        raise UnknownCustomer("Stripe named no customer.")
    found = Customer.objects.filter(stripe_id=customer_id).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownCustomer(f"{customer_id} is no customer of ours.")
    return found


def _asked(customer_id: str, subscription_id: str, *, is_afresh: bool) -> Answer:
    known = Subscription.objects.select_related("plan", "next_plan").filter(stripe_id=subscription_id).first()
    remote = subscribing.retrieve_subscription(subscription_id)
    if remote.customer_id != customer_id:
        raise Unreadable(f"{subscription_id} belongs to {remote.customer_id or 'nobody'}, not to {customer_id}.")
    invoices = subscribing.list_invoices(subscription_id)
    return Answer(remote, invoices, next_charge(None if is_afresh else known, remote))


def _written(customer_id: str, answer: Answer, at: datetime) -> Subscription:
    """The subscription as it is written now, under the lock of its customer's row."""
    customer = Customer.objects.select_related("user", "team").get(pk=_known(customer_id))
    remote, bought = answer.subscription, _ours(answer.subscription)
    before = Subscription.objects.filter(stripe_id=remote.id).first()
    bills = Bills.of(answer.invoices)
    after = _write(copy(before), customer, bought, answer, bills, at)
    newly_paid = _write_invoices(customer, after, answer, at)
    if after.trial_ends_at is not None and after.status not in NOT_BEGUN and not after.is_after_gift:
        is_spent = trials.record(after, remote.card_fingerprint, at)
        # Two in one household may have paid with one card where they come from; that is not ours to end.
        if is_spent and after.status == "trialing" and not after.came_along:
            after.trial_refused_at = at
            after.save(update_fields=["trial_refused_at"])
    _settle(after, at)
    recurring.note(after, at)
    doubles.look(customer, at)
    happenings.note(before, after, newly_paid, at)
    leavings.note(before, after, Farewell.told(remote.feedback, remote.comment), at)
    return after


def _ours(remote: RemoteSubscription) -> Bought:
    """What of ours was bought; whatever else is on the subscription is passed over."""
    items = {item.price_id: item for item in remote.items if item.price_id}
    plan = Plan.objects.select_related("product").filter(stripe_id__in=items).first()
    if plan is None or plan.stripe_id is None:
        raise ForeignPrice(f"{remote.id} is for {', '.join(items) or 'no price'}, which we do not sell.")
    item = items[plan.stripe_id]
    if item.quantity is None or item.period_ends_at is None:
        raise Unreadable(f"Stripe does not say how much of {plan.lookup_key} {remote.id} is for, or until when.")
    return Bought(plan, item.quantity, item.period_starts_at, item.period_ends_at)


def _write(
    row: Subscription | None,
    customer: Customer,
    bought: Bought,
    answer: Answer,
    bills: Bills,
    at: datetime,
) -> Subscription:
    remote, following = answer.subscription, answer.following
    row = row or Subscription(stripe_id=remote.id, started_at=remote.started_at or at)
    row.customer, row.plan, row.quantity = customer, bought.plan, bought.quantity
    row.status, row.collection_method = remote.status[:40], remote.collection_method[:40]
    row.trial_ends_at, row.cancel_at, row.ended_at = remote.trial_ends_at, remote.cancel_at, remote.ended_at
    row.period_starts_at, row.period_ends_at = bought.period_starts_at, bought.period_ends_at
    row.has_paid = row.has_paid or bills.has_paid
    is_overdue = remote.status in {"past_due", "unpaid"}
    row.past_due_since = (bills.overdue_since or row.past_due_since or at) if is_overdue else None
    row.due_at, row.end_reason = bills.due_at, remote.end_reason[:40]
    row.card_label, row.card_expires_on = remote.card_label[:60], remote.card_expires_on
    row.discount_label, row.is_after_gift = remote.discount_label[:100], remote.is_after_gift
    row.period_amount = discounted(bought.plan.amount * bought.quantity, bought.plan.currency, remote.discounts, at)
    row.next_amount, row.next_currency = (following.amount, following.currency[:3]) if following else (None, "")
    row.next_plan = Plan.objects.filter(stripe_id=remote.next_price_id).first() if remote.next_price_id else None
    row.next_plan_at = remote.next_price_at if row.next_plan else None
    row.follows_by_move = price_moves.is_announced(row)
    row.pause_reason = remote.pause_reason[:40] if remote.status == "paused" else ""
    row.rests_until = pauses.settle(row, at)
    row.synced_at = at
    row.save()
    return row


def _write_invoices(customer: Customer, subscription: Subscription, answer: Answer, at: datetime) -> list[Invoice]:
    """Mirror the invoices, and the days they belong to; answers those above zero that are newly known to be paid."""
    theirs = Q(subscription=subscription)
    known = {row.stripe_id: row for row in Invoice.objects.filter(theirs)}
    sums = revenue.of(theirs) if known else revenue.NOTHING
    plans = _plans_of(subscription.plan, answer.invoices)
    rows = []
    for remote in answer.invoices:
        row = _invoice(customer, subscription, remote, at)
        was = known.get(remote.id)
        row.plan = plans.get(remote.price_id) or (was.plan if was else None) or subscription.plan
        row.country = remote.country or (was.country if was else "") or answer.subscription.country
        rows.append(row)
    Invoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["stripe_id"], update_fields=_INVOICE_COLUMNS
    )
    revenue.move(sums, revenue.of(theirs))
    settled = {row.stripe_id for row in known.values() if row.status == "paid" and row.amount_paid > 0}
    return [row for row in rows if row.status == "paid" and row.amount_paid > 0 and row.stripe_id not in settled]


def _plans_of(plan: Plan, invoices: Sequence[RemoteInvoice]) -> dict[str, Plan]:
    """Which plan each of Stripe's prices is; an invoice keeps the plan it was for when the subscription changes."""
    known = {plan.stripe_id or "": plan}
    others = {remote.price_id for remote in invoices} - {"", *known}
    if not others:
        return known
    return known | {each.stripe_id or "": each for each in Plan.objects.filter(stripe_id__in=others)}


def _invoice(customer: Customer, subscription: Subscription, remote: RemoteInvoice, at: datetime) -> Invoice:
    return Invoice(
        customer=customer,
        subscription=subscription,
        stripe_id=remote.id,
        number=remote.number[:100],
        status=remote.status[:40],
        currency=remote.currency[:3],
        amount_due=remote.amount_due,
        amount_paid=remote.amount_paid,
        total=remote.total,
        tax=remote.tax,
        discount=remote.discount,
        billing_reason=remote.billing_reason[:60],
        hosted_url=remote.hosted_url,
        pdf_url=remote.pdf_url,
        period_starts_at=remote.period_starts_at,
        period_ends_at=remote.period_ends_at,
        attempt_count=remote.attempt_count,
        next_attempt_at=remote.next_attempt_at,
        due_at=remote.due_at,
        issued_at=remote.issued_at or at,
        paid_at=remote.paid_at,
        synced_at=at,
    )


def _settle(subscription: Subscription, at: datetime) -> None:
    """Let the right to read be what the status table says, from one source at a time."""
    holder = subscription.customer.user or subscription.customer.team
    if holder is None:
        return
    facts = Facts.of(subscription)
    until = None if subscription.runs_on_refused_trial else access_until(facts, at)
    source, product = source_of(facts), subscription.plan.product
    for each in (Entitlement.Source.SUBSCRIPTION, Entitlement.Source.GRACE):
        origin = Origin(each, subscription.stripe_id)
        if until is None or each != source:
            entitlements.revoke(origin, at=at, reason=subscription.status)
        else:
            # It is for one product at a time: moved to another, it opens the one it was for no longer.
            entitlements.revoke(origin, at=at, reason="another product", but=product)
            since = claiming.opens_after_gift(subscription)
            entitlements.settle(holder, product, origin, until=until, at=at, since=since, reason=subscription.status)
