"""Subscriptions, their invoices and what they will charge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from memberships.stripe.client import PAGE, all_pages, loose, sdk, translated
from memberships.stripe.payload import Unread, Unreadable
from memberships.stripe.remote import RemoteCharge, RemoteInvoice, RemoteSubscription

# Where the card stands that is charged next: at the subscription, else at its customer.
_CARDS = ("default_payment_method", "customer.invoice_settings.default_payment_method")


@translated
def retrieve_subscription(subscription_id: str) -> RemoteSubscription:
    wanted = [*_CARDS, "discounts.source.coupon", "schedule"]
    subscription = sdk().v1.subscriptions.retrieve(subscription_id, {"expand": wanted})
    return RemoteSubscription.read(subscription.to_dict())


@translated
def preview_next(subscription_id: str) -> RemoteCharge:
    """What the subscription will charge next, were nothing changed until then; ``is_missing`` where that is nothing."""
    return RemoteCharge.read(sdk().v1.invoices.create_preview({"subscription": subscription_id}).to_dict())


@translated
def end_with_period(subscription_id: str, details: Mapping[str, str] | None = None) -> None:
    """Let the subscription end with the period, or trial, that runs; ``details`` are what was said of it."""
    sdk().v1.subscriptions.update(subscription_id, loose({"cancel_at_period_end": True, **_said(details)}))


@translated
def end_now(subscription_id: str, details: Mapping[str, str] | None = None) -> None:
    """End the subscription at once. Stripe stops collecting its open invoice."""
    sdk().v1.subscriptions.cancel(subscription_id, loose(_said(details)))


@translated
def take_back_end(subscription: RemoteSubscription) -> None:
    """Take a scheduled end back, in the way in which it was said."""
    change = {"cancel_at_period_end": False} if subscription.is_ending_with_period else {"cancel_at": ""}
    sdk().v1.subscriptions.update(subscription.id, loose(change))


@translated
def list_invoices(subscription_id: str) -> list[RemoteInvoice]:
    """The subscription's latest invoices, newest first; drafts have no number yet."""
    listed = sdk().v1.invoices.list({"subscription": subscription_id, "limit": PAGE})
    return [RemoteInvoice.read(invoice.to_dict()) for invoice in listed.data]


@translated
def list_subscriptions() -> tuple[list[RemoteSubscription], list[Unread]]:
    """Every subscription of the account, in whatever status, and those that cannot be read."""
    found, unreadable = [], []
    expanded = ["data.latest_invoice", "data.schedule", *(f"data.{card}" for card in _CARDS)]
    params = {"status": "all", "limit": PAGE, "expand": expanded}
    for each in all_pages(sdk().v1.subscriptions.list, params):
        try:
            found.append(RemoteSubscription.read(each))
        except Unreadable as error:
            unreadable.append(Unread.of(each, error))
    return found, unreadable


def _said(details: Mapping[str, str] | None) -> dict[str, Any]:
    return {"cancellation_details": dict(details)} if details else {}
