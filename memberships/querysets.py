"""The questions one asks of the memberships tables, by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    pass


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def live(self, at: datetime) -> EntitlementQuerySet:
        """Rows that open something at the given moment, also a past one."""
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
            Q(revoked_at__isnull=True) | Q(revoked_at__gt=at),
            starts_at__lte=at,
        )

    def not_over(self, at: datetime) -> EntitlementQuerySet:
        """Rows that open something now or will later."""
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at), Q(revoked_at__isnull=True) | Q(revoked_at__gt=at)
        )


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> SubscriptionQuerySet:
        """Subscriptions that Stripe has not ended for good."""
        return self.exclude(status__in=["canceled", "incomplete_expired"])

    def doubtful(self, at: datetime) -> SubscriptionQuerySet:
        """Subscriptions whose mirror may be behind: a boundary has passed or money is owed."""
        return self.running().filter(
            Q(status__in=["past_due", "incomplete", "unpaid"])
            | Q(trial_ends_at__lt=at, status="trialing")
            | Q(period_ends_at__lt=at)
            | Q(cancel_at__lt=at)
        )


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def waiting(self) -> StripeEventQuerySet:
        return self.filter(state__in=["received", "failed"])

    def parked(self) -> StripeEventQuerySet:
        return self.filter(state="parked")


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self, at: datetime) -> SeatQuerySet:
        """Seats somebody sits on, or holds by an invitation that has not run out."""
        return self.filter(Q(state="active") | Q(state="invited", expires_at__gt=at))

    def open_invitations(self, at: datetime) -> SeatQuerySet:
        return self.filter(state="invited", expires_at__gt=at)


class NetworkQuerySet(models.QuerySet["Network"]):
    def containing(self, address: str) -> NetworkQuerySet:
        """Networks whose range holds the IPv4 or IPv6 address."""
        return self.extra(where=["cidr >>= %s::inet"], params=[address])


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def unanswered(self) -> InquiryQuerySet:
        return self.filter(state="new")
