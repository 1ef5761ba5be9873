"""Who claims a gift, and from when to when it opens. A gift is claimed once, whoever presses first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from memberships import audit, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Product, Subscription, User, Voucher
from memberships.subscriptions import Facts, access_until
from memberships.vouchers import links, telling
from memberships.vouchers.lining_up import Gift, Span, line_up

State = Voucher.State
# Stripe's till takes no first charge that is nearer than two days.
_NEAREST_CHARGE = timedelta(hours=49)


class VoucherRefused(Exception):
    """The gift cannot be had, or not changed like this; the message says why and what to do instead."""


@dataclass(frozen=True)
class Prospect:
    """What pressing the button would bring. ``waits_for`` is the subscription behind which the gift is kept."""

    span: Span
    waits_for: Subscription | None
    extends: bool


def find(token: str) -> Voucher:
    """The gift of a link.

    Raises:
        VoucherRefused: we did not make it, or made another since.
    """
    found = Voucher.objects.select_related("plan__product").filter(token_hash=links.hash_of(token)).first()
    if found is None:
        raise VoucherRefused(
            _(
                "This link opens no gift: a part of it is missing, or a newer link has taken its place. Open it from "
                "the newest message, or ask whoever gave it to you."
            )
        )
    return found


def refuse_when_closed(voucher: Voucher, at: datetime) -> None:
    """Raises VoucherRefused when the gift was claimed, taken back or has run out."""
    names = {"buyer": voucher.buyer_name}
    if voucher.state == State.CLAIMED:
        raise VoucherRefused(_("This gift has been claimed already. If it was you, sign in with the account that did."))
    if voucher.state == State.DISPUTED or voucher.refund_key is not None or voucher.state == State.VOID:
        raise VoucherRefused(_("This gift was taken back. Ask %(buyer)s, who gave it to you.") % names)
    if voucher.state == State.EXPIRED or voucher.expires_at is None or at >= voucher.expires_at:
        raise VoucherRefused(_("This gift ran out: it had to be claimed within twelve months. Write to us."))


def prospect(voucher: Voucher, user: User, at: datetime) -> Prospect:
    """What the person would get by claiming it now. Two queries."""
    product = voucher.plan.product
    rows, subscriptions = _in_hand(user, product, at), _running(user, product, at)
    gifts = [*map(_gift, rows), Gift(voucher.months, at)]
    span = line_up(gifts, [_period(row, at) for row in subscriptions], at)[-1]
    return Prospect(span, subscriptions[0] if subscriptions else None, extends=bool(rows))


@transaction.atomic
def claim(token: str, user: User, at: datetime) -> Voucher:
    """Give the gift to the person, from now on or from when nothing else of theirs opens the same.

    Raises:
        VoucherRefused: somebody was faster, or it is worth nothing any more.
    """
    # The person first, then gifts: two gifts claimed at once by one person line up behind each other.
    user = User.objects.select_for_update().get(pk=user.pk)
    voucher = find(token)
    voucher = Voucher.objects.select_for_update(of=("self",)).select_related("plan__product").get(pk=voucher.pk)
    if voucher.claimed_by_id == user.pk and voucher.state == State.CLAIMED:
        return voucher
    refuse_when_closed(voucher, at)
    span = prospect(voucher, user, at).span
    voucher.state, voucher.claimed_by, voucher.claimed_at = State.CLAIMED, user, at
    voucher.starts_at, voucher.ends_at = span.starts_at, span.ends_at
    voucher.save(update_fields=["state", "claimed_by", "claimed_at", "starts_at", "ends_at"])
    open_for(voucher, at)
    times = {"starts_at": span.starts_at.isoformat(), "ends_at": span.ends_at.isoformat()}
    record("gift claimed", voucher, user, at, **times)
    telling.tell_soon(voucher, telling.CLAIM)
    return voucher


@transaction.atomic
def follow_memberships(user: User, product: Product, at: datetime) -> int:
    """Move the person's gifts to where their memberships leave room; answers how many moved."""
    User.objects.select_for_update().get(pk=user.pk)
    rows = _in_hand(user, product, at, is_locked=True)
    spans = line_up([_gift(row) for row in rows], [_period(each, at) for each in _running(user, product, at)], at)
    moved = [(row, span) for row, span in zip(rows, spans, strict=True) if _span(row) != span]
    for row, span in moved:
        row.starts_at, row.ends_at = span.starts_at, span.ends_at
        row.save(update_fields=["starts_at", "ends_at"])
        open_for(row, at)
    return len(moved)


def follow_all(at: datetime) -> int:
    """The same for everybody who has a gift that waits, or that began lately."""
    lately = at - timedelta(days=15)
    rows = Voucher.objects.in_hand(at).filter(starts_at__gt=lately).select_related("claimed_by", "plan__product")
    whose = {(row.claimed_by_id, row.plan.product_id): (row.claimed_by, row.plan.product) for row in rows}
    return sum(follow_memberships(user, product, at) for user, product in whose.values() if user)


def first_charge_after(user: User, product: Product, at: datetime) -> datetime | None:
    """When a membership that goes on after the person's gifts is charged first; ``None`` where they have none."""
    ends = max((row.ends_at for row in _in_hand(user, product, at) if row.ends_at), default=None)
    return None if ends is None else max(ends, (at + _NEAREST_CHARGE).replace(microsecond=0))


def opens_after_gift(subscription: Subscription) -> datetime | None:
    """From when a subscription opens something that only goes on after a gift; ``None`` for one that does so at once.

    That is where the last gift before its first charge ends. Without a gift, as after a refund, it is that charge.
    """
    if not subscription.is_after_gift or subscription.status != "trialing" or subscription.trial_ends_at is None:
        return None
    gifts = Voucher.objects.filter(
        state=State.CLAIMED, claimed_by=subscription.customer.user, plan__product=subscription.plan.product_id
    )
    ends = gifts.filter(ends_at__lte=subscription.trial_ends_at).aggregate(ends=Max("ends_at"))["ends"]
    return ends or subscription.trial_ends_at


def open_for(voucher: Voucher, at: datetime) -> None:
    """Let the right to read be what the gift says. Under the lock of its row."""
    if voucher.claimed_by is not None:
        entitlements.settle(
            voucher.claimed_by,
            voucher.plan.product,
            origin_of(voucher),
            until=voucher.ends_at,
            at=at,
            since=voucher.starts_at,
            reason=f"gift of {voucher.buyer_name}"[:255],
        )


def record(verb: str, voucher: Voucher, actor: User | None, at: datetime, **details: object) -> None:
    audit.record(
        verb,
        actor=actor,
        subject_kind="voucher",
        subject_id=voucher.public_id,
        subject_label=voucher.recipient_name,
        at=at,
        **details,
    )


def origin_of(voucher: Voucher) -> Origin:
    return Origin(Entitlement.Source.GIFT, f"voucher:{voucher.public_id}")


def _in_hand(user: User, product: Product, at: datetime, *, is_locked: bool = False) -> list[Voucher]:
    rows = Voucher.objects.in_hand(at).filter(claimed_by=user, plan__product=product).order_by("claimed_at", "id")
    return list(rows.select_for_update() if is_locked else rows)


def _running(user: User, product: Product, at: datetime) -> Sequence[Subscription]:
    """Subscriptions that open the product now, or will when the gift is over."""
    rows = Subscription.objects.running().filter(customer__user=user, plan__product=product)
    return [row for row in rows.select_related("plan") if access_until(Facts.of(row), at) is not None]


def _period(row: Subscription, at: datetime) -> Span:
    """The time somebody pays for or tries. A trial that only bridges a gift begins where that ends."""
    if row.status == "trialing":
        ends_at = row.cancel_at or row.trial_ends_at or at
        return Span(ends_at if row.is_after_gift else row.started_at, ends_at)
    until = access_until(Facts.of(row), at) if row.status == "past_due" else row.cancel_at or row.period_ends_at
    return Span(row.period_starts_at or row.started_at, until or at)


def _gift(row: Voucher) -> Gift:
    return Gift(row.months, row.claimed_at or row.created_at, _span(row))


def _span(row: Voucher) -> Span | None:
    return Span(row.starts_at, row.ends_at) if row.starts_at and row.ends_at else None
