"""Who may still try a product for free: one trial for each person, address and card."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from memberships.models import Dispute, Product, Subscription, TrialUse, User
from memberships.subscriptions import NOT_BEGUN

# Hosts where dots in the local part mean nothing.
_DOTLESS_HOSTS = {"gmail.com", "googlemail.com"}


def is_entitled(user: User, product: Product) -> bool:
    """Whether the person's next subscription may begin with a trial: neither they nor their address had one.

    Nobody whose bank disputes a payment has one, as long as the dispute holds.
    """
    used = Q(user=user) | Q(address_hash=address_hash(user.email))
    return not (
        TrialUse.objects.filter(used, product=product).exists()
        or Subscription.objects.filter(customer__user=user, plan__product=product)
        .exclude(status__in=NOT_BEGUN)
        .exists()
        or Dispute.objects.holding().filter(invoice__customer__user=user).exists()
    )


def record(subscription: Subscription, card_fingerprint: str, at: datetime) -> None:
    """Write down that a trial really began; once for each subscription, the card added when it becomes known."""
    user = subscription.customer.user
    if user is None:
        return
    card = card_hash(card_fingerprint)
    use, is_new = TrialUse.objects.get_or_create(
        subscription_ref=subscription.stripe_id,
        defaults={
            "user": user,
            "product": subscription.plan.product,
            "address_hash": address_hash(user.email),
            "card_hash": card,
            "began_at": at,
        },
    )
    if not is_new and card and not use.card_hash:
        TrialUse.objects.filter(pk=use.pk).update(card_hash=card)


def address_hash(email: str) -> str:
    """A keyed hash of the mailbox behind an address, so that spellings of one mailbox are one."""
    return salted_hmac("memberships.trials.address", _mailbox(email), algorithm="sha256").hexdigest()


def card_hash(fingerprint: str) -> str:
    """A keyed hash of Stripe's card fingerprint; empty for none."""
    if not fingerprint:
        return ""
    return salted_hmac("memberships.trials.card", fingerprint, algorithm="sha256").hexdigest()


def _mailbox(email: str) -> str:
    local, _at, host = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if host in _DOTLESS_HOSTS:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"
