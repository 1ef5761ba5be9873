"""The single door to Stripe: the only module that imports its SDK.

Every call is bounded in time, every object comes out as one of our dataclasses and every failure as
:class:`BillingError`. The API version is the SDK's own; the one switch between Stripe and the local stand-in is the
address in ``STRIPE_API_BASE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from memberships.stripe.remote import (
    Payload,
    RemoteCharge,
    RemoteCheckout,
    RemoteEndpoint,
    RemoteInvoice,
    RemotePrice,
    RemoteSubscription,
    Unread,
    Unreadable,
)
from memberships.stripe.returned import KEY, RemoteDispute, RemotePayment, RemoteRefund, RemoteWarning

P = ParamSpec("P")
T = TypeVar("T")

API_VERSION: str = stripe.api_version or ""
# Seconds to connect and to answer. With the one retry a page that waits for Stripe waits a quarter of a minute at most.
_TIMEOUT = (2.0, 6.0)
_RETRIES = 1
SIGNATURE_TOLERANCE = timedelta(seconds=300)
# The most entries Stripe gives in one page.
_PAGE = 100
# Where the card stands that is charged next: at the subscription, else at its customer.
_CARDS = ("default_payment_method", "customer.invoice_settings.default_payment_method")

stripe.enable_telemetry = False


class BillingError(Exception):
    """Stripe did not do what was asked. Its words are for the person who asked; ``detail`` is for the log.

    ``is_retryable`` says that the same call may well succeed later; ``is_missing`` that Stripe has no such object;
    ``is_unreadable`` that its answer is cut short or speaks of what we do not know, which staff have to look at.
    """

    def __init__(
        self,
        sentence: str,
        *,
        detail: str = "",
        is_retryable: bool = False,
        is_missing: bool = False,
        is_unreadable: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.detail = detail
        self.is_retryable = is_retryable
        self.is_missing = is_missing
        self.is_unreadable = is_unreadable


class SignatureError(Exception):
    """A webhook that Stripe did not sign, or not now."""


def is_live() -> bool:
    """Whether the key in use moves real money."""
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live", "rk_live"))


def key_hash() -> str:
    """Which key, at which address, ids were learned with: an id says nothing under the key of another account or mode.

    A key that is replaced looks like another account, so what was learned with it is looked up once more.
    """
    return sha256(f"{settings.STRIPE_API_BASE or ''} {settings.STRIPE_SECRET_KEY}".encode()).hexdigest()[:16]


def _translated(call: Callable[P, T]) -> Callable[P, T]:
    """Turn the SDK's errors, and objects that are none, into :class:`BillingError`."""

    @wraps(call)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except stripe.StripeError as error:
            raise _billing_error(error) from error
        except Unreadable as error:
            sentence = _("Our payment partner gave an answer we cannot read. We have been told.")
            raise BillingError(sentence, detail=str(error), is_unreadable=True) from error

    return answer


def _billing_error(error: stripe.StripeError) -> BillingError:
    detail = f"{type(error).__name__}: {error}"
    passing = isinstance(error, stripe.APIConnectionError | stripe.RateLimitError)
    if passing or (error.http_status or 0) >= 500 or error.http_status == 409:
        sentence = _("Our payment partner does not answer just now. Nothing was changed; please try again in a minute.")
        return BillingError(sentence, detail=detail, is_retryable=True)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return BillingError(_("Payments are not set up correctly here. We have been told."), detail=detail)
    sentence = _("Our payment partner refused this: %(reason)s") % {"reason": error.user_message or error.code or ""}
    return BillingError(sentence, detail=detail, is_missing=error.code in {"resource_missing", "invoice_upcoming_none"})


# --- customers and the till ------------------------------------------------------------------------------------------


@_translated
def create_customer(email: str, name: str, *, metadata: dict[str, str], key: str) -> str:
    """The id of a new customer; the same ``key`` gives the same customer."""
    params = {"email": email, "metadata": metadata, **({"name": name} if name else {})}
    customer = _stripe().v1.customers.create(_any(params), {"idempotency_key": key})
    return customer.id


@_translated
def has_customer(customer_id: str) -> bool:
    """Whether the account of the key in use knows the customer, and has not deleted it."""
    try:
        found = _stripe().v1.customers.retrieve(customer_id).to_dict()
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return False
        raise
    return found.get("deleted") is not True


@_translated
def create_checkout(params: dict[str, Any], *, key: str) -> RemoteCheckout:
    session = _stripe().v1.checkout.sessions.create(_any(params), {"idempotency_key": key})
    return RemoteCheckout.read(session.to_dict())


@_translated
def retrieve_checkout(session_id: str) -> RemoteCheckout:
    return RemoteCheckout.read(_stripe().v1.checkout.sessions.retrieve(session_id).to_dict())


@_translated
def expire_checkout(session_id: str) -> RemoteCheckout:
    """Close a session so that nobody can pay in it any more; an error when it is not open."""
    return RemoteCheckout.read(_stripe().v1.checkout.sessions.expire(session_id).to_dict())


@_translated
def open_portal(customer_id: str, return_url: str, *, to_change_card: bool = False) -> str:
    """The address of a billing portal session. It signs its bearer in: never store or log it.

    With ``to_change_card`` it asks for the new card at once and comes back when it has one.
    """
    params: dict[str, Any] = {"customer": customer_id, "return_url": return_url}
    if to_change_card:
        back = {"type": "redirect", "redirect": {"return_url": return_url}}
        params["flow_data"] = {"type": "payment_method_update", "after_completion": back}
    return _stripe().v1.billing_portal.sessions.create(_any(params)).url


# --- subscriptions and invoices --------------------------------------------------------------------------------------


@_translated
def retrieve_subscription(subscription_id: str) -> RemoteSubscription:
    wanted = [*_CARDS, "discounts.source.coupon"]
    subscription = _stripe().v1.subscriptions.retrieve(subscription_id, {"expand": wanted})
    return RemoteSubscription.read(subscription.to_dict())


@_translated
def preview_next(subscription_id: str) -> RemoteCharge:
    """What the subscription will charge next, were nothing changed until then; ``is_missing`` where that is nothing."""
    return RemoteCharge.read(_stripe().v1.invoices.create_preview({"subscription": subscription_id}).to_dict())


@_translated
def end_with_period(subscription_id: str) -> None:
    """Let the subscription end with the period, or trial, that runs."""
    _stripe().v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True})


@_translated
def end_now(subscription_id: str) -> None:
    """End the subscription at once. Stripe stops collecting its open invoice."""
    _stripe().v1.subscriptions.cancel(subscription_id)


@_translated
def take_back_end(subscription: RemoteSubscription) -> None:
    """Take a scheduled end back, in the way in which it was said."""
    change = {"cancel_at_period_end": False} if subscription.is_ending_with_period else {"cancel_at": ""}
    _stripe().v1.subscriptions.update(subscription.id, _any(change))


@_translated
def list_invoices(subscription_id: str) -> list[RemoteInvoice]:
    """The subscription's latest invoices, newest first; drafts have no number yet."""
    listed = _stripe().v1.invoices.list({"subscription": subscription_id, "limit": _PAGE})
    return [RemoteInvoice.read(invoice.to_dict()) for invoice in listed.data]


@_translated
def list_subscriptions() -> tuple[list[RemoteSubscription], list[Unread]]:
    """Every subscription of the account, in whatever status, and those that cannot be read."""
    found, unreadable = [], []
    expanded = ["data.latest_invoice", *(f"data.{card}" for card in _CARDS)]
    params = {"status": "all", "limit": _PAGE, "expand": expanded}
    for each in _all_pages(_stripe().v1.subscriptions.list, params):
        try:
            found.append(RemoteSubscription.read(each))
        except Unreadable as error:
            unreadable.append(Unread.of(each, error))
    return found, unreadable


# --- money that goes back --------------------------------------------------------------------------------------------


@_translated
def payments_of(invoice_id: str) -> list[RemotePayment]:
    """The payments that settled an invoice."""
    listed = _stripe().v1.invoice_payments.list({"invoice": invoice_id, "status": "paid", "limit": _PAGE})
    return [RemotePayment.read(payment.to_dict()) for payment in listed.data]


@_translated
def invoice_paid_by(intent_id: str) -> RemoteInvoice | None:
    """The invoice that a payment intent is for, if it is for one."""
    by_intent: dict[str, Any] = {"payment": {"type": "payment_intent", "payment_intent": intent_id}, "limit": 1}
    payments = _stripe().v1.invoice_payments.list(_any(by_intent)).data
    invoice_id = RemotePayment.read(payments[0].to_dict()).invoice_id if payments else ""
    return RemoteInvoice.read(_stripe().v1.invoices.retrieve(invoice_id).to_dict()) if invoice_id else None


@_translated
def create_refund(intent_id: str, amount: int, reason: str, *, key: str) -> RemoteRefund:
    """Give a part of a payment back; the same ``key`` gives the same refund."""
    params: dict[str, Any] = {"payment_intent": intent_id, "amount": amount, "reason": reason, "metadata": {KEY: key}}
    refund = _stripe().v1.refunds.create(_any(params), {"idempotency_key": f"refund:{key}"})
    return RemoteRefund.read(refund.to_dict())


@_translated
def retrieve_refund(refund_id: str) -> RemoteRefund:
    return RemoteRefund.read(_stripe().v1.refunds.retrieve(refund_id).to_dict())


@_translated
def refunds_of(intent_id: str) -> list[RemoteRefund]:
    """Every refund of a payment, newest first."""
    return [RemoteRefund.read(each) for each in _all_pages(_stripe().v1.refunds.list, {"payment_intent": intent_id})]


@_translated
def payment_behind(charge_id: str) -> str:
    """The id of the payment intent that a charge belongs to; empty for a charge without one."""
    return Payload(_stripe().v1.charges.retrieve(charge_id).to_dict()).reference("payment_intent")


@_translated
def list_refunds(since: datetime) -> tuple[list[RemoteRefund], list[Unread]]:
    """Every refund of the account made since then, and those that cannot be read."""
    return _made_since(since, _stripe().v1.refunds.list, RemoteRefund.read)


@_translated
def retrieve_dispute(dispute_id: str) -> RemoteDispute:
    return RemoteDispute.read(_stripe().v1.disputes.retrieve(dispute_id).to_dict())


@_translated
def list_disputes(since: datetime) -> tuple[list[RemoteDispute], list[Unread]]:
    """Every dispute of the account opened since then, and those that cannot be read."""
    return _made_since(since, _stripe().v1.disputes.list, RemoteDispute.read)


@_translated
def retrieve_warning(warning_id: str) -> RemoteWarning:
    return RemoteWarning.read(_stripe().v1.radar.early_fraud_warnings.retrieve(warning_id).to_dict())


# --- the catalogue ---------------------------------------------------------------------------------------------------


@_translated
def find_prices(lookup_keys: Sequence[str]) -> dict[str, RemotePrice]:
    """The prices with these lookup keys, by key, those that are closed among them."""
    found: dict[str, RemotePrice] = {}
    for start in range(0, len(lookup_keys), 10):  # Stripe takes ten keys at a time.
        params = {"lookup_keys": list(lookup_keys[start : start + 10]), "limit": _PAGE}
        prices = [RemotePrice.read(price.to_dict()) for price in _stripe().v1.prices.list(_any(params)).data]
        found |= {price.lookup_key: price for price in sorted(prices, key=lambda price: price.is_active)}
    return found


@_translated
def create_price(params: dict[str, Any], *, key: str) -> RemotePrice:
    return RemotePrice.read(_stripe().v1.prices.create(_any(params), {"idempotency_key": key}).to_dict())


@_translated
def open_price(price_id: str, *, is_open: bool) -> None:
    """Sell at the price, or sell no more at it; subscriptions that have it go on."""
    _stripe().v1.prices.update(price_id, {"active": is_open})


@_translated
def product_name(product_id: str) -> str | None:
    """What Stripe calls the product; ``None`` where the account has no such product."""
    try:
        return _stripe().v1.products.retrieve(product_id).name
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return None
        raise


@_translated
def create_product(name: str, *, metadata: dict[str, str], key: str) -> str:
    return _stripe().v1.products.create({"name": name, "metadata": metadata}, {"idempotency_key": key}).id


@_translated
def rename_product(product_id: str, name: str) -> None:
    _stripe().v1.products.update(product_id, {"name": name})


# --- how the account is set up ---------------------------------------------------------------------------------------


@_translated
def default_portal() -> dict[str, Any] | None:
    """The configuration of the portal as Stripe holds it; ``None`` where there is none: then it opens no portal."""
    found = _stripe().v1.billing_portal.configurations.list({"is_default": True, "limit": 1}).data
    return found[0].to_dict() if found else None


@_translated
def write_portal(params: dict[str, Any], portal_id: str | None) -> None:
    """Make a configuration, the first being the default, or change the one there is."""
    configurations = _stripe().v1.billing_portal.configurations
    if portal_id is None:
        configurations.create(_any(params))
    else:
        configurations.update(portal_id, _any(params))


@_translated
def list_endpoints() -> list[RemoteEndpoint]:
    listed = _stripe().v1.webhook_endpoints.list
    return [RemoteEndpoint.read(each) for each in _all_pages(listed, {"limit": _PAGE})]


@_translated
def create_endpoint(url: str, events: Sequence[str]) -> tuple[str, str]:
    """An endpoint that speaks the version of our SDK: its id, and its secret, which Stripe says this once."""
    params = {"url": url, "enabled_events": list(events), "api_version": API_VERSION}
    made = _stripe().v1.webhook_endpoints.create(_any(params))
    return made.id, made.secret or ""


@_translated
def change_endpoint(endpoint_id: str, events: Sequence[str]) -> None:
    """Have it send these events, and send at all."""
    params = {"enabled_events": list(events), "disabled": False}
    _stripe().v1.webhook_endpoints.update(endpoint_id, _any(params))


# --- webhooks --------------------------------------------------------------------------------------------------------


def verify_signature(raw: bytes, header: str, secrets: Sequence[str], sent_about: datetime) -> None:
    """Refuse a body that none of the secrets signed within five minutes of ``sent_about``, the machine's own time.

    Several secrets are valid while one replaces another.

    Raises:
        SignatureError: when the signature is missing or wrong, or its time too far in the past or the future.
    """
    if not any(_is_signed(raw, header, secret) for secret in secrets):
        raise SignatureError("The signature is missing or was made with another secret.")
    stamped = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    if abs(sent_about.timestamp() - stamped) > SIGNATURE_TOLERANCE.total_seconds():
        raise SignatureError("The signature is not from now: check the clocks, then send the event again.")


def _is_signed(raw: bytes, header: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(raw, header, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


# --- the SDK itself --------------------------------------------------------------------------------------------------


def _stripe() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_for(key: str, api_base: str | None) -> stripe.StripeClient:
    addresses: Any = {"api": api_base} if api_base else {}
    http = stripe.RequestsClient(timeout=_TIMEOUT)
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=_RETRIES)


def _all_pages(list_method: Callable[..., Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in list_method(_any(params)).auto_paging_iter():
        yield each.to_dict()


def _made_since(
    since: datetime, list_method: Callable[..., Any], read: Callable[[object], T]
) -> tuple[list[T], list[Unread]]:
    found, unreadable = [], []
    params = {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
    for each in _all_pages(list_method, params):
        try:
            found.append(read(each))
        except Unreadable as error:
            unreadable.append(Unread.of(each, error))
    return found, unreadable


def _any(params: dict[str, Any]) -> Any:
    """Parameters put together piece by piece, which the SDK's types cannot follow."""
    return params
