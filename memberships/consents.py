"""The evidence of what somebody agreed to before they were asked for a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from memberships.models import CheckoutAttempt, Consent


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
    plan = attempt.plan
    trial_days = plan.trial_days if attempt.with_trial else 0
    return Consent.objects.create(
        visit=attempt.key,
        person=attempt.user.public_id,
        plan_key=plan.lookup_key,
        amount=plan.amount,
        currency=plan.currency,
        interval=plan.interval,
        trial_days=trial_days,
        first_charge_at=attempt.created_at + timedelta(days=trial_days),
        locale=press.locale[:16],
        words=press.words,
        words_at_the_till=words_at_the_till,
        given_at=press.at,
        address=press.address or None,
        user_agent=press.user_agent.replace("\0", "")[:500],
    )
