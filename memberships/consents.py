"""The evidence of what somebody agreed to before they were asked for a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memberships.discounts import reduced
from memberships.models import CheckoutAttempt, Consent, Plan, PlanChange, User, Voucher


@dataclass(frozen=True)
class Press:
    """A press of the button that leads to the till: what stood above it, in which language, and where it came from.

    ``address`` and ``user_agent`` are empty where they are not known.
    """

    words: str
    locale: str
    at: datetime
    address: str = ""
    user_agent: str = ""


def record(attempt: CheckoutAttempt, press: Press, words_at_the_till: str) -> Consent:
    """Write down, for ever, what the visit begins with. Belongs in the transaction that begins the visit."""
    return _write(
        attempt.plan,
        attempt.user,
        press,
        visit=attempt.key,
        trial_days=attempt.plan.trial_days if attempt.with_trial else 0,
        first_charge_at=attempt.first_charge_at,
        first_amount=_first_amount(attempt),
        promotion=attempt.promotion.code if attempt.promotion else "",
        words_at_the_till=words_at_the_till,
    )


def record_change(change: PlanChange, user: User, press: Press, first_charge_at: datetime) -> Consent:
    """Write down what was agreed to with a change of plan. Belongs in the transaction that writes down the change.

    There is no till: all words stood above our own button, so its key takes the place of a visit's. What a later first
    charge comes to, a discount that runs may still change.
    """
    is_now = change.begins == change.Begins.NOW
    return _write(
        change.to_plan,
        user,
        press,
        visit=change.key,
        trial_days=0,
        first_charge_at=press.at if is_now else first_charge_at,
        first_amount=change.amount if is_now else None,
        words_at_the_till="",
    )


def record_gift(voucher: Voucher, press: Press, words_at_the_till: str) -> Consent:
    """Write down what the buyer of a gift agreed to. Belongs in the transaction that writes down the gift.

    A buyer without an account is named by the gift alone, whose key takes the place of a visit's.
    """
    return _write(
        voucher.plan,
        voucher.buyer,
        press,
        visit=voucher.key,
        trial_days=0,
        first_charge_at=press.at,
        first_amount=voucher.amount,
        words_at_the_till=words_at_the_till,
    )


def _first_amount(attempt: CheckoutAttempt) -> int:
    if attempt.promotion is None:
        return attempt.plan.amount
    taken = reduced(attempt.promotion, attempt.plan, attempt.first_charge_at, attempt.created_at)
    return taken.first if taken else attempt.plan.amount


def _write(plan: Plan, user: User | None, press: Press, **facts: Any) -> Consent:
    return Consent.objects.create(
        person=user.public_id if user else None,
        plan_key=plan.lookup_key,
        amount=plan.amount,
        currency=plan.currency,
        interval=plan.interval,
        locale=press.locale[:16],
        words=press.words,
        given_at=press.at,
        address=press.address or None,
        user_agent=press.user_agent.replace("\0", "")[:500],
        **facts,
    )
