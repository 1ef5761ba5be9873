"""What is done about each type of event. Its ids say what to look at again; nothing else in it is believed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from memberships import alerts, happenings
from memberships.models import Alert, CheckoutAttempt, Customer, Erasure, Subscription
from memberships.stripe import voucher_money
from memberships.stripe.calls import paying
from memberships.stripe.checkout import settle_attempt
from memberships.stripe.disputes import sync_dispute, sync_warning
from memberships.stripe.payload import Unreadable
from memberships.stripe.refunds import sync_payment
from memberships.stripe.remote import RemoteEvent
from memberships.stripe.sync import UnknownCustomer, sync_customer, sync_subscription
from memberships.stripe.voucher_till import settle_session

Handler = Callable[[RemoteEvent, datetime], None]


def checkout_changed(event: RemoteEvent, at: datetime) -> None:
    """A visit to the till ended, or a gift was paid. Any other session is left to the events of its subscription."""
    session_id = _named(event.object_id, event, "session")
    attempt = CheckoutAttempt.objects.filter(session_id=session_id).first()
    if attempt is not None:
        settle_attempt(attempt, at)
    elif settle_session(session_id, at) is None and event.subscription_id:
        subscription_changed(event, at)


def subscription_changed(event: RemoteEvent, at: datetime) -> None:
    subscription_id = _named(event.subscription_id, event, "subscription")
    sync_subscription(_named(event.customer_id, event, "customer"), subscription_id, at)


def invoice_changed(event: RemoteEvent, at: datetime) -> None:
    """An invoice of a subscription; single invoices are not sold here and have nothing to change."""
    _named(event.object_id, event, "invoice")
    if event.subscription_id:
        subscription_changed(event, at)


def invoice_unfinished(event: RemoteEvent, at: datetime) -> None:
    """Stripe could not finish an invoice, mostly for want of an address that tax is due at: nobody is charged by it."""
    invoice_id = _named(event.object_id, event, "invoice")
    if event.subscription_id:
        subscription_changed(event, at)
    sentence = _("Stripe could not finish the invoice %(id)s, so that nothing is charged. It says there why.")
    alerts.open_alert(Alert.Kind.UNFINISHED, invoice_id, sentence % {"id": invoice_id}, at)


def invoice_finished(event: RemoteEvent, at: datetime) -> None:
    invoice_changed(event, at)
    alerts.settle_itself(Alert.Kind.UNFINISHED, event.object_id, at)


def confirmation_wanted(event: RemoteEvent, at: datetime) -> None:
    """The bank wants a charge confirmed. Whether it still does is looked at first; each invoice is told of once."""
    invoice_id = _named(event.object_id, event, "invoice")
    if event.subscription_id:
        row = sync_subscription(_named(event.customer_id, event, "customer"), event.subscription_id, at)
        happenings.note_confirmation(row, invoice_id, at)


def customer_changed(event: RemoteEvent, at: datetime) -> None:
    """Something about the customer that names no subscription, such as a new card. Cards of nobody concern nobody."""
    if event.customer_id:
        sync_customer(event.customer_id, at)


def customer_deleted(event: RemoteEvent, at: datetime) -> None:
    """Deleting a customer ended their subscriptions at Stripe for good; a later purchase makes a new customer."""
    customer_id = _named(event.customer_id, event, "customer")
    known = Customer.objects.filter(stripe_id=customer_id).first()
    if known is None and Erasure.objects.filter(customer_ids__contains=[customer_id]).exists():
        return
    if known is None:
        raise UnknownCustomer(f"{customer_id} is no customer of ours.")
    for subscription in Subscription.objects.running().filter(customer=known):
        sync_subscription(customer_id, subscription.stripe_id, at)
    Customer.objects.filter(pk=known.pk, stripe_id=customer_id).update(stripe_id=None, version=F("version") + 1)


def refund_changed(event: RemoteEvent, at: datetime) -> None:
    intent_id = paying.retrieve_refund(_named(event.object_id, event, "refund")).intent_id
    _money_went_back(intent_id, at)


def charge_refunded(event: RemoteEvent, at: datetime) -> None:
    _money_went_back(paying.payment_behind(_named(event.object_id, event, "charge")), at)


def dispute_changed(event: RemoteEvent, at: datetime) -> None:
    dispute_id = _named(event.object_id, event, "dispute")
    if not sync_dispute(dispute_id, at):
        voucher_money.sync_dispute(dispute_id, at)


def fraud_suspected(event: RemoteEvent, at: datetime) -> None:
    warning_id = _named(event.object_id, event, "warning")
    if not sync_warning(warning_id, at):
        voucher_money.sync_warning(warning_id, at)


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": checkout_changed,
    "checkout.session.async_payment_succeeded": checkout_changed,
    "checkout.session.async_payment_failed": checkout_changed,
    "checkout.session.expired": checkout_changed,
    "customer.subscription.created": subscription_changed,
    "customer.subscription.updated": subscription_changed,
    "customer.subscription.deleted": subscription_changed,
    "customer.subscription.paused": subscription_changed,
    "customer.subscription.resumed": subscription_changed,
    "customer.subscription.trial_will_end": subscription_changed,
    "invoice.finalized": invoice_finished,
    "invoice.finalization_failed": invoice_unfinished,
    "invoice.overdue": invoice_changed,
    "invoice.payment_attempt_required": invoice_changed,
    "invoice.sent": invoice_changed,
    "invoice.paid": invoice_changed,
    "invoice.payment_failed": invoice_changed,
    "invoice.payment_action_required": confirmation_wanted,
    "invoice.voided": invoice_changed,
    "invoice.marked_uncollectible": invoice_changed,
    "customer.updated": customer_changed,
    "customer.deleted": customer_deleted,
    "payment_method.attached": customer_changed,
    "payment_method.automatically_updated": customer_changed,
    "payment_method.updated": customer_changed,
    "payment_method.detached": customer_changed,
    "refund.created": refund_changed,
    "refund.updated": refund_changed,
    "refund.failed": refund_changed,
    "charge.refunded": charge_refunded,
    "charge.dispute.created": dispute_changed,
    "charge.dispute.updated": dispute_changed,
    "charge.dispute.closed": dispute_changed,
    "charge.dispute.funds_withdrawn": dispute_changed,
    "charge.dispute.funds_reinstated": dispute_changed,
    "radar.early_fraud_warning.created": fraud_suspected,
    "radar.early_fraud_warning.updated": fraud_suspected,
}


def look_of(type_: str, content: object) -> Hashable:
    """What an event has us look at: one look answers all the events for which this is the same.

    Whatever happened to a subscription or to its invoices, it is the subscription that is read again with all of them.
    """
    handler, remote = HANDLERS.get(type_), RemoteEvent.read(content) if content else None
    if remote is None or handler is None:
        return type_
    if handler in {subscription_changed, invoice_changed} and remote.subscription_id and remote.object_id:
        return "subscription", remote.customer_id, remote.subscription_id
    return handler, remote.customer_id, remote.object_id, remote.subscription_id


def _money_went_back(intent_id: str, at: datetime) -> None:
    if not voucher_money.sync_payment(intent_id, at):
        sync_payment(intent_id, at)


def _named(identifier: str, event: RemoteEvent, kind: str) -> str:
    """The id, which must be one: an empty id must never select or change a row."""
    if not identifier:
        raise Unreadable(f"{event.type} {event.id} names no {kind}.")
    return identifier
