"""Where a gift is paid: one session for each, and what became of it, settled once by whoever comes first.

The buyer needs no account. The return page, Stripe's event and the task for tills that were left all end in
:func:`settle`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from memberships.metrics import revenue
from memberships.models import Customer, Dispute, Voucher
from memberships.stripe import catalogue, client
from memberships.stripe.calls import gifting
from memberships.stripe.calls.gifting import VOUCHER, RemotePurchase
from memberships.stripe.checkout import CheckoutRefused
from memberships.stripe.client import BillingError
from memberships.stripe.ordering import in_order_of
from memberships.stripe.payload import Unreadable
from memberships.vouchers import links, telling, wording
from memberships.vouchers.lining_up import months_after

State = Voucher.State
# A gift has to be claimed within a year.
CLAIMED_WITHIN = 12


def open_till(voucher: Voucher, at: datetime) -> str:
    """The address at Stripe where the gift is paid. Asked again, it is the same.

    Raises:
        CheckoutRefused: it is paid or given up already, or the buyer's bank disputes something.
        BillingError: Stripe could not be asked; nothing was charged, and the next press goes on.
    """
    if Dispute.objects.holding().filter(invoice__customer__user=voucher.buyer_id or 0).exists():
        raise CheckoutRefused(_("Your bank disputes a payment of yours, so nothing new can be bought. Write to us."))
    if voucher.state != State.DRAFT or voucher.till_closes_at <= at:
        raise CheckoutRefused(_("This order is closed. Begin again: nothing was charged for it."))
    if not voucher.url:
        params = session_params(voucher, catalogue.price_id_of(voucher.plan), _customer_of(voucher))
        session = gifting.open_till(params, key=f"voucher:{voucher.key}")
        Voucher.objects.filter(pk=voucher.pk, session_id=None).update(session_id=session.id, url=session.url)
        voucher.refresh_from_db(fields=["session_id", "url"])
    return voucher.url


def settle_session(session_id: str, at: datetime) -> Voucher | None:
    """What became of the gift of this session; ``None`` where it is of none.

    Raises:
        BillingError, Unreadable: as :func:`settle`.
    """
    voucher = Voucher.objects.filter(session_id=session_id).first() if session_id else None
    return settle(voucher, at) if voucher else None


def settle(voucher: Voucher, at: datetime) -> Voucher:
    """Ask Stripe whether it was paid and write that down, once.

    Raises:
        BillingError: Stripe could not be asked; nothing was written.
        Unreadable: it was paid, and Stripe does not say by what; nothing was written.
    """
    if voucher.session_id is None or voucher.state not in {State.DRAFT, State.ABANDONED}:
        return voucher
    session_id = voucher.session_id
    row = Voucher.objects.filter(pk=voucher.pk)
    in_order_of(row, lambda: gifting.retrieve_purchase(session_id), lambda said: _write(voucher.pk, said, at))
    return Voucher.objects.select_related("plan__product", "claimed_by").get(pk=voucher.pk)


def paid_by(intent_id: str, at: datetime) -> Voucher | None:
    """The gift that a payment is for; ``None`` where it is for none.

    What went wrong with a payment may be heard of before the payment itself. Then the gift is settled first.

    Raises:
        BillingError, Unreadable: as :func:`settle`.
    """
    known = Voucher.objects.filter(payment_ref=intent_id).first() if intent_id else None
    unpaid = Voucher.objects.filter(state__in=[State.DRAFT, State.ABANDONED]).exclude(session_id=None)
    if known is not None or not intent_id or not unpaid.exists():
        return known
    try:
        voucher = unpaid.filter(public_id=UUID(gifting.gift_paid_by(intent_id))).first()
    except ValueError:
        return None
    return settle(voucher, at) if voucher else None


def give_up_tills(at: datetime) -> int:
    """Settle what was left at a till that has closed since; answers how many were."""
    return sum(_given_up(row, at) for row in Voucher.objects.left_at_the_till(at)[:100])


def session_params(voucher: Voucher, price_id: str, customer_id: str | None) -> dict[str, Any]:
    """What Stripe is asked for. Built from the stored row alone, so that asking again asks the same."""
    named = {VOUCHER: str(voucher.public_id)}
    who = {"customer": customer_id} if customer_id else {"customer_email": voucher.buyer_email}
    return {
        "mode": "payment",
        **who,
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": f"{settings.SITE_URL}{reverse('voucher_return')}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.SITE_URL}{reverse('voucher_bought', args=[links.buyer_token(voucher)])}",
        "client_reference_id": str(voucher.public_id),
        "metadata": named,
        "payment_intent_data": {"metadata": named},
        "billing_address_collection": "auto",
        "locale": "tr" if voucher.language == "tr" else "en",
        "custom_text": {"submit": {"message": wording.at_the_till(voucher)}},
        "expires_at": int(voucher.till_closes_at.timestamp()),
        **({"automatic_tax": {"enabled": True}} if settings.STRIPE_TAX else {}),
    }


def _customer_of(voucher: Voucher) -> str | None:
    """The customer of a buyer with an account, if Stripe knows one; everybody else pays as a guest."""
    rows = Customer.objects.filter(user=voucher.buyer_id or 0, is_in_use=True, stripe_key_hash=client.key_hash())
    return rows.values_list("stripe_id", flat=True).first()


def _write(pk: int, said: RemotePurchase, at: datetime) -> None:
    """Under the lock of the row."""
    voucher = Voucher.objects.get(pk=pk)
    if voucher.state not in {State.DRAFT, State.ABANDONED}:
        return
    if said.is_paid:
        if not said.intent_id:
            raise Unreadable(f"{said.id} is paid, and Stripe does not say by which payment.")
        voucher.state, voucher.paid_at, voucher.payment_ref = State.PAID, at, said.intent_id
        voucher.amount, voucher.currency = said.amount, said.currency[:3]
        voucher.expires_at = months_after(at, CLAIMED_WITHIN)
        with revenue.following_gift(pk):
            voucher.save(update_fields=["state", "paid_at", "payment_ref", "amount", "currency", "expires_at"])
        telling.tell_soon(voucher, telling.RECEIPT)
    elif said.status == "expired":
        Voucher.objects.filter(pk=pk).update(state=State.ABANDONED)


def _given_up(row: Voucher, at: datetime) -> bool:
    """Whether it is known now what became of it."""
    try:
        if row.session_id is None:
            return bool(Voucher.objects.filter(pk=row.pk, session_id=None).update(state=State.ABANDONED))
        return settle(row, at).state != State.DRAFT
    except BillingError as error:
        if not error.is_missing:
            return False
        return bool(Voucher.objects.filter(pk=row.pk, state=State.DRAFT).update(state=State.ABANDONED))
