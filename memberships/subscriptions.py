"""What a subscription's state means for reading. Pure: facts in, moments out; the table is in ``docs/access.md``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from memberships.models import Entitlement, Subscription

# The first invoice after a trial stays a draft for about an hour before it is charged.
TRIAL_SLACK = timedelta(hours=2)
# A renewal whose webhook was lost must not close the door before the nightly comparison has seen it.
RENEWAL_SLACK = timedelta(hours=72)
# As long as Stripe goes on trying a failed card.
GRACE = timedelta(days=14)

KNOWN_STATUSES = frozenset(
    ("trialing", "active", "past_due", "unpaid", "paused", "incomplete", "incomplete_expired", "canceled")
)
# The first payment has not gone through, or never did.
NOT_BEGUN = frozenset(("incomplete", "incomplete_expired"))
# Nothing comes after these.
OVER = frozenset(("canceled", "incomplete_expired"))
# While one of these stands, a second subscription would charge the person twice. An incomplete one never charged.
STANDING = frozenset(("trialing", "active", "past_due", "unpaid", "paused"))


@dataclass(frozen=True)
class Facts:
    """What Stripe says of a subscription. ``due_at`` is when its oldest open invoice has to be paid by."""

    status: str
    collection_method: str = "charge_automatically"
    has_paid: bool = False
    trial_ends_at: datetime | None = None
    period_ends_at: datetime | None = None
    past_due_since: datetime | None = None
    due_at: datetime | None = None
    cancel_at: datetime | None = None

    @property
    def is_sent(self) -> bool:
        """Whether its invoices are sent, to be paid by a day, instead of being charged to a card."""
        return self.collection_method == "send_invoice"

    @property
    def waits_for_first_invoice(self) -> bool:
        """Stripe calls it active from its first day. Whom staff let read before it is paid holds another right."""
        return self.status == "active" and self.is_sent and not self.has_paid

    @classmethod
    def of(cls, mirrored: Subscription) -> Facts:
        return cls(**{field.name: getattr(mirrored, field.name) for field in fields(cls)})


def access_until(facts: Facts, at: datetime) -> datetime | None:
    """The moment until which the subscription opens its product; ``None`` when it opens nothing at ``at``."""
    until = _open_end(facts)
    if until is not None and facts.cancel_at is not None:
        until = min(until, facts.cancel_at)
    return until if until is not None and at < until else None


def source_of(facts: Facts) -> Entitlement.Source:
    """Whether reading goes on because it is paid for or because a failed payment is given time."""
    return Entitlement.Source.GRACE if facts.status == "past_due" else Entitlement.Source.SUBSCRIPTION


def _open_end(facts: Facts) -> datetime | None:
    """The end as the status alone gives it; a status nobody knows opens nothing."""
    if facts.status == "trialing":
        return _after(facts.trial_ends_at, TRIAL_SLACK)
    if facts.status == "active":
        return None if facts.waits_for_first_invoice else _after(facts.period_ends_at, RENEWAL_SLACK)
    if facts.status == "past_due":
        return _end_of_grace(facts)
    return None


def _end_of_grace(facts: Facts) -> datetime | None:
    if not facts.has_paid:
        return None
    return _after((facts.due_at if facts.is_sent else None) or facts.past_due_since, GRACE)


def _after(moment: datetime | None, slack: timedelta) -> datetime | None:
    return None if moment is None else moment + slack
