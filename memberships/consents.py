"""The evidence of what somebody agreed to before they were asked for a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from memberships.models import CheckoutAttempt, Consent, Plan, PlanChange, User


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
    trial_days = attempt.plan.trial_days if attempt.with_trial else 0
    return _write(
        attempt.plan,
        attempt.user,
        press,
        visit=attempt.key,
        trial_days=trial_days,
        first_charge_at=attempt.created_at + timedelta(days=trial_days),
        words_at_the_till=words_at_the_till,
    )


def record_change(change: PlanChange, user: User, press: Press, first_charge_at: datetime) -> Consent:
    """Write down what was agreed to with a change of plan. Belongs in the transaction that writes down the change.

    There is no till: all words stood above our own button, so its key takes the place of a visit's.
    """
    return _write(
        change.to_plan,
        user,
        press,
        visit=change.key,
        trial_days=0,
        first_charge_at=press.at if change.begins == change.Begins.NOW else first_charge_at,
        words_at_the_till="",
    )


def _write(plan: Plan, user: User, press: Press, **facts: Any) -> Consent:
    return Consent.objects.create(
        person=user.public_id,
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
