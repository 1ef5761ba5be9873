"""Who may still try a product for free: one trial for each person, address and card."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac

from memberships.models import Dispute, Product, Subscription, TrialUse, User
from memberships.subscriptions import NOT_BEGUN

# Hosts where dots in the local part mean nothing.
_DOTLESS_HOSTS = {"gmail.com", "googlemail.com"}
_ADDRESS, _CARD = "memberships.trials.address", "memberships.trials.card"


class Refusal(StrEnum):
    """Why somebody's next subscription does not begin with a trial."""

    HAD_ONE = "had one"
    WAS_MEMBER = "was a member"
    SAME_MAILBOX = "same mailbox"
    SAME_CARD = "same card"
    DISPUTED = "disputed"


def refusal(user: User, product: Product) -> Refusal | None:
    """Why the person gets no trial of the product; ``None`` where they get one. At most three queries.

    Nobody whose bank disputes a payment has one, as long as the dispute holds.
    """
    used = TrialUse.objects.filter(Q(user=user) | Q(address_hash__in=_hashes(_ADDRESS, _mailbox(user.email))))
    refused = Subscription.objects.filter(stripe_id=OuterRef("subscription_ref"), trial_refused_at__isnull=False)
    rows = used.filter(product=product).annotate(was_refused=Exists(refused)).values_list("user_id", "was_refused")
    uses = list(rows)
    own = [was_refused for user_id, was_refused in uses if user_id == user.pk]
    if own:
        return Refusal.SAME_CARD if all(own) else Refusal.HAD_ONE
    if uses:
        return Refusal.SAME_MAILBOX
    begun = Subscription.objects.filter(customer__user=user, plan__product=product).exclude(status__in=NOT_BEGUN)
    if begun.exists():
        return Refusal.WAS_MEMBER
    is_disputed = Dispute.objects.holding().filter(invoice__customer__user=user).exists()
    return Refusal.DISPUTED if is_disputed else None


def is_entitled(user: User, product: Product) -> bool:
    """Whether the person's next subscription may begin with a trial: neither they nor their address had one."""
    return refusal(user, product) is None


def record(subscription: Subscription, card_fingerprint: str, at: datetime) -> bool:
    """Write down that a trial really began; once for each subscription, the card added when it becomes known.

    Answers whether the card, just now become known, had its trial with another account already. Of two accounts that
    bring one card at the same moment the second is told so. Call it inside a transaction.
    """
    user = subscription.customer.user
    if user is None:
        return False
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
    if not card or (use.card_hash and not is_new):
        return False
    _take_turns(card)
    if not is_new:
        TrialUse.objects.filter(pk=use.pk).update(card_hash=card)
    same = TrialUse.objects.filter(product=use.product_id, card_hash__in=_hashes(_CARD, card_fingerprint))
    return same.exclude(user=user).exists()


def record_elsewhere(user: User, product: Product, began_at: datetime) -> None:
    """Write down that somebody was a member where they come from: they have tried the product enough."""
    TrialUse.objects.get_or_create(
        subscription_ref=f"moved in:{user.public_id}:{product.slug}",
        defaults={"user": user, "product": product, "address_hash": address_hash(user.email), "began_at": began_at},
    )


def address_hash(email: str) -> str:
    """A keyed hash of the mailbox behind an address, so that spellings of one mailbox are one."""
    return _hashes(_ADDRESS, _mailbox(email))[0]


def card_hash(fingerprint: str) -> str:
    """A keyed hash of Stripe's card fingerprint; empty for none."""
    return _hashes(_CARD, fingerprint)[0] if fingerprint else ""


def _hashes(salt: str, value: str) -> list[str]:
    """The hash by the key in use, and those by the keys before it: a new key gives nobody a second trial."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest() for key in keys]


def _take_turns(card: str) -> None:
    """Have whoever brings the same card wait until this transaction is through, and so see what it wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [card])


def _mailbox(email: str) -> str:
    local, _at, host = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if host in _DOTLESS_HOSTS:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"
