"""Why people leave, and the one offer that is made to them then.

A reason goes to Stripe in Stripe's own words with the cancellation, and is read back from there with everything else:
so one given in Stripe's portal is kept in the same way, and none is lost with the process that passed it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from memberships.discounts import Reduced, reduced
from memberships.models import Leaving, Promotion, Subscription, User
from memberships.offers import with_tax
from memberships.promotions import is_for_plan
from memberships.subscriptions import OVER

Reason = Leaving.Reason
LONGEST_COMMENT = 1_000
# One offer for each person in so long.
_ONCE_IN = timedelta(days=365)
# Stripe's words for ours (https://docs.stripe.com/api/subscriptions/object, cancellation_details.feedback).
_FEEDBACK = {
    Reason.TOO_DEAR: "too_expensive",
    Reason.TOO_LITTLE_TIME: "unused",
    Reason.NOT_EXPECTED: "low_quality",
    Reason.TECHNICAL: "too_complex",
    Reason.ELSEWHERE: "switched_service",
    Reason.OTHER: "other",
}
# Stripe has two words more, which its portal may show.
_REASONS = {
    **{word: reason for reason, word in _FEEDBACK.items()},
    "missing_features": Reason.NOT_EXPECTED,
    "customer_service": Reason.OTHER,
}
# A lower price mends nothing for them.
_NOT_ABOUT_MONEY = frozenset((Reason.TECHNICAL,))


@dataclass(frozen=True)
class Farewell:
    """What somebody said as they left; empty what they did not say."""

    reason: str = ""
    comment: str = ""

    @property
    def details(self) -> dict[str, str]:
        """The same as Stripe's ``cancellation_details``."""
        said = {"feedback": _FEEDBACK[Reason(self.reason)] if self.reason else "", "comment": self.comment}
        return {name: value for name, value in said.items() if value}

    @classmethod
    def told(cls, feedback: str, comment: str) -> Farewell:
        """What Stripe says was said; a word of Stripe's that nobody here knows is another reason."""
        reason = _REASONS.get(feedback, Reason.OTHER) if feedback else ""
        return cls(reason, comment[:LONGEST_COMMENT])


@dataclass(frozen=True)
class SaveOffer:
    """A promotion for whoever is about to leave, and what it makes of their next charge."""

    promotion: Promotion
    reduced: Reduced

    @property
    def line(self) -> str:
        """What becomes of the later charges, and of tax."""
        return with_tax(self.reduced.line_after)

    @property
    def terms(self) -> str:
        """For a form to bring back: taken is only what is still so."""
        return f"{self.promotion.code}:{self.reduced.terms}"


def save_offer(
    reason: str,
    subscription: Subscription,
    promotions: list[Promotion],
    last_offered_at: datetime | None,
    at: datetime,
    zone: ZoneInfo | None = None,
) -> SaveOffer | None:
    """The first of the promotions that may be offered, its days those of ``zone``. Pure.

    Only to who has paid, so that no trial ends in a lower price for the asking; only where Stripe's next charge is the
    plan's price, so that what is said is what is charged; and nothing twice in a year.
    """
    charged_at = subscription.period_ends_at
    if reason in _NOT_ABOUT_MONEY or charged_at is None or charged_at <= at:
        return None
    if last_offered_at is not None and at < last_offered_at + _ONCE_IN:
        return None
    if not (subscription.has_paid and subscription.status == "active" and subscription.cancel_at is None):
        return None
    if subscription.discount_label or (subscription.next_amount or 0) < subscription.list_price.amount:
        return None
    for promotion in promotions:
        taken = reduced(promotion, subscription.plan, charged_at, at, quantity=subscription.quantity, zone=zone)
        if taken is not None and is_for_plan(promotion, subscription.plan) and not promotion.is_used_up:
            return SaveOffer(promotion, taken)
    return None


def save_offer_for(subscription: Subscription, user: User, at: datetime, reason: str = "") -> SaveOffer | None:
    """What this person may be offered now instead of leaving; two or three queries."""
    promotions = Promotion.objects.open(at).filter(use=Promotion.Use.SAVE_OFFER).prefetch_related("plans")
    found = list(promotions.order_by("starts_at", "pk"))
    zone = ZoneInfo(user.time_zone)
    return save_offer(reason, subscription, found, _last_offered_at(user), at, zone) if found else None


def note(before: Subscription | None, after: Subscription, farewell: Farewell, at: datetime) -> None:
    """Write down that somebody is leaving, once for each end, with what they said. Belongs where it was read."""
    ends_at = after.cancel_at or after.ended_at
    if before is None or ends_at is None:
        return
    is_news = before.cancel_at is None and before.status not in OVER and after.end_reason in {"", _BY_THEMSELVES}
    if is_news:
        Leaving.objects.get_or_create(subscription=after, ends_at=ends_at, defaults={"at": at})
    if farewell != Farewell():
        said = Leaving.objects.filter(subscription=after, ends_at=ends_at)
        said.update(reason=farewell.reason, comment=farewell.comment)


def declined(subscription: Subscription, offer: SaveOffer) -> None:
    """Write down beside the end that this was offered and not taken."""
    ends_at = subscription.cancel_at or subscription.ended_at
    unoffered = Leaving.objects.filter(subscription=subscription, ends_at=ends_at, offer=None)
    unoffered.update(offer=offer.promotion, answer=Leaving.Answer.DECLINED)


def _last_offered_at(user: User) -> datetime | None:
    offered = Leaving.objects.filter(subscription__customer__user=user, offer__isnull=False)
    return offered.order_by("-at").values_list("at", flat=True).first()


# Stripe's word for an end that was asked for, as against a card that failed or a payment that was disputed.
_BY_THEMSELVES = "cancellation_requested"
