"""The questions one asks of the memberships tables, by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, Lower

if TYPE_CHECKING:
    # Named in the bases below, as text.
    from memberships.models import (  # noqa: F401
        Alert,
        Dispute,
        Entitlement,
        Happening,
        Inquiry,
        Invoice,
        MovingRow,
        Network,
        Promotion,
        Refund,
        Seat,
        StripeEvent,
        StudentProof,
        Subscription,
        User,
        Voucher,
        WinBack,
        Withdrawal,
    )


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
        """Those whose mirror may be behind: a boundary has passed, money is owed, a refused trial still runs."""
        return self.running().filter(
            Q(status__in=["past_due", "incomplete", "unpaid"])
            | Q(trial_ends_at__lt=at, status="trialing")
            | Q(trial_refused_at__isnull=False, status="trialing")
            | Q(period_ends_at__lt=at)
            | Q(rests_until__lt=at)
            | Q(cancel_at__lt=at)
        )

    def longest_unread_first(self) -> SubscriptionQuerySet:
        """Those first that waited longest for a look; one that could not be read has had its turn too."""
        return self.order_by(Greatest("synced_at", "looked_at"), "pk")

    def coming_up(self, at: datetime, until: datetime) -> SubscriptionQuerySet:
        """Subscriptions that go on and have something ahead of them before ``until``, or something unpaid behind."""
        trial = Q(status="trialing", trial_ends_at__gt=at, trial_ends_at__lte=until)
        renewal = Q(status="active", plan__interval="year", period_ends_at__gt=at, period_ends_at__lte=until)
        card = Q(status__in=["trialing", "active"], card_expires_on__gte=at.date(), card_expires_on__lte=until.date())
        owing = Q(status__in=["past_due", "unpaid"])
        rest = Q(status="paused", rests_until__gt=at, rests_until__lte=until)
        return self.filter(trial | renewal | card | owing | rest, cancel_at=None)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def owed(self) -> InvoiceQuerySet:
        """Invoices that wait for their money, the oldest first."""
        return self.filter(status="open", amount_due__gt=0).order_by("issued_at", "id")

    def to_show(self, user: User) -> InvoiceQuerySet:
        """A person's bills above zero, newest first; drafts are Stripe's business."""
        billed = self.filter(customer__user=user).exclude(status__in=["draft", "void"])
        shown = billed.filter(Q(amount_due__gt=0) | Q(amount_paid__gt=0)).order_by("-issued_at", "-id")
        return shown.prefetch_related("refunds")


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def open(self, at: datetime) -> PromotionQuerySet:
        """Those that are at Stripe, have begun and are neither over nor closed."""
        begun = self.filter(coupon_made_at__isnull=False, closed_at=None, starts_at__lte=at)
        return begun.filter(Q(ends_at=None) | Q(ends_at__gt=at))


class WinBackQuerySet(models.QuerySet["WinBack"]):
    def due(self) -> WinBackQuerySet:
        return self.filter(state="due")

    def with_return(self) -> WinBackQuerySet:
        """Each with ``came_back``: whether a subscription of the same person began after it was sent."""
        returned = self.model.objects.returned().filter(pk=OuterRef("pk"))
        return self.annotate(came_back=Exists(returned))

    def returned(self) -> WinBackQuerySet:
        """Those sent to somebody who began again after it."""
        began = "subscription__customer__user__customers__subscriptions__started_at__gt"
        return self.filter(**{began: F("settled_at")}, state="sent").distinct()


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def unsettled(self) -> StripeEventQuerySet:
        """Those that were not worked off to their end."""
        return self.filter(state__in=["received", "failed"])

    def waiting(self, at: datetime) -> StripeEventQuerySet:
        """Those to be worked on now: never tried, or failed and due for another try."""
        is_due = Q(try_after=None) | Q(try_after__lte=at)
        return self.unsettled().filter(is_due)

    def parked(self) -> StripeEventQuerySet:
        return self.filter(state="parked")

    def parked_since(self, before: datetime) -> StripeEventQuerySet:
        """Those that came before then and still wait for their customer."""
        return self.parked().filter(received_at__lt=before)

    def to_be_emptied(self, before: datetime) -> StripeEventQuerySet:
        """Settled, set aside or parked since ``before``, and still with what Stripe sent."""
        return self.filter(received_at__lt=before).exclude(state__in=["received", "failed"]).exclude(payload={})


class HappeningQuerySet(models.QuerySet["Happening"]):
    def untold(self, at: datetime) -> HappeningQuerySet:
        """What has not been told and is not put off beyond ``at``."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=at), told_at=None)


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> AlertQuerySet:
        return self.filter(settled_at=None)

    def with_whose(self, subscriptions: models.QuerySet[Any], customers: models.QuerySet[Any]) -> AlertQuerySet:
        """Each with ``member``, ``address`` and ``room``: the person or team at Stripe it is about."""
        same = OuterRef("subject")

        def found(name: str) -> Coalesce:
            of_subscription = subscriptions.filter(stripe_id=same).values(f"customer__{name}")[:1]
            return Coalesce(Subquery(of_subscription), Subquery(customers.filter(stripe_id=same).values(name)[:1]))

        return self.annotate(member=found("user"), address=found("user__email"), room=found("team"))


# A refund that was not made, or came home.
CAME_TO_NOTHING = ("refused", "failed", "canceled")


class RefundQuerySet(models.QuerySet["Refund"]):
    def counting(self) -> RefundQuerySet:
        """Refunds whose money is on its way, has arrived, or will be on its way."""
        return self.exclude(status__in=CAME_TO_NOTHING)

    def reached(self) -> RefundQuerySet:
        """Refunds that Stripe has made and whose money did not come home."""
        return self.counting().exclude(stripe_id=None)

    def unfinished(self) -> RefundQuerySet:
        """Asked for and not known to Stripe yet, or made and what follows not done."""
        return self.counting().filter(settled_at=None)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> DisputeQuerySet:
        """Those the bank has not decided."""
        return self.filter(closed_at=None)

    def holding(self) -> DisputeQuerySet:
        """Those because of which nothing is sold: not decided, or lost and not forgiven."""
        return self.filter(Q(closed_at=None) | Q(status="lost", forgiven_at=None))


class MovingRowQuerySet(models.QuerySet["MovingRow"]):
    def to_look_at(self) -> MovingRowQuerySet:
        return self.filter(state="waiting").order_by("id")

    def to_move(self) -> MovingRowQuerySet:
        """People who are clear and not through; what is unclear stays where it is."""
        return self.filter(state__in=["looked", "taken"]).exclude(outcome="unclear").order_by("id")

    def begin_again(self) -> int:
        """Have them looked at once more; answers how many."""
        return self.update(state="waiting", outcome="", why="", detail="")


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def unacknowledged(self) -> WithdrawalQuerySet:
        """Confirmed, and whoever did has not been told that it arrived."""
        return self.filter(confirmed_at__isnull=False, acknowledged_at=None)

    def to_carry_out(self) -> WithdrawalQuerySet:
        return self.filter(state="confirmed")

    def open(self) -> WithdrawalQuerySet:
        """Confirmed and not done with."""
        return self.filter(state__in=["confirmed", "referred"])


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self, at: datetime) -> SeatQuerySet:
        """Seats somebody sits on, or holds by an invitation that has not run out."""
        return self.filter(Q(state="active") | Q(state="invited", expires_at__gt=at))

    def open_invitations(self, at: datetime) -> SeatQuerySet:
        return self.filter(state="invited", expires_at__gt=at)

    def offered(self) -> SeatQuerySet:
        """Invitations nobody has answered and nobody has cleared away, whether or not they ran out."""
        return self.filter(state="invited")

    def not_reached(self, since: datetime) -> SeatQuerySet:
        """Seats whose invitation could not be delivered from then on and whose address was not invited again."""
        same = self.model.objects.alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
        again = same.filter(team=OuterRef("team"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(again), bounced_at__gte=since)

    def expired(self, at: datetime) -> SeatQuerySet:
        """Invitations nobody took in time and nobody has cleared away yet."""
        return self.filter(state="invited", expires_at__lte=at)


class NetworkQuerySet(models.QuerySet["Network"]):
    def containing(self, address: str) -> NetworkQuerySet:
        """Networks whose range holds the IPv4 or IPv6 address."""
        return self.alias(holds=RawSQL("cidr >>= %s::inet", [address], BooleanField())).filter(holds=True)


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def unanswered(self) -> InquiryQuerySet:
        return self.filter(state="new")


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def bought_by(self, address: str) -> VoucherQuerySet:
        """Those that were paid with this address, or by the account that has it."""
        theirs = Q(buyer__email=address.strip().lower()) | Q(buyer_email__iexact=address.strip())
        return self.filter(theirs, paid_at__isnull=False)

    def to_deliver(self, at: datetime) -> VoucherQuerySet:
        """Gifts whose mail is due, and that are still worth something."""
        return self.filter(state="paid", delivered_at=None, deliver_at__lte=at, refund_key=None)

    def receipt_owed(self) -> VoucherQuerySet:
        """Whose buyer has no receipt yet."""
        return self.filter(paid_at__isnull=False, receipt_told_at=None)

    def claim_untold(self) -> VoucherQuerySet:
        """Whose buyer does not know yet that they were claimed."""
        return self.filter(state="claimed", claim_told_at=None)

    def waiting_long(self, at: datetime, until: datetime) -> VoucherQuerySet:
        """Unclaimed, and about to run out between ``at`` and ``until``."""
        expiring = Q(expires_at__gt=at, expires_at__lte=until)
        return self.filter(expiring, state="paid", waiting_told_at=None, refund_key=None)

    def ending(self, at: datetime, until: datetime) -> VoucherQuerySet:
        """Being read, and about to end between ``at`` and ``until``."""
        return self.filter(state="claimed", ending_told_at=None, ends_at__gt=at, ends_at__lte=until)

    def refund_untold(self) -> VoucherQuerySet:
        """Given back wholly, and the buyer does not know yet."""
        return self.filter(state="void", given_back__gt=0, refund_told_at=None)

    def run_out(self, at: datetime) -> VoucherQuerySet:
        """Unclaimed beyond their time."""
        return self.filter(state="paid", expires_at__lte=at, refund_key=None)

    def left_at_the_till(self, before: datetime) -> VoucherQuerySet:
        """Whose till closed before, without a word of what became of them."""
        return self.filter(state="draft", till_closes_at__lte=before)

    def refund_unfinished(self) -> VoucherQuerySet:
        """Whose money is being given back."""
        return self.filter(refund_key__isnull=False).exclude(state="void")

    def in_hand(self, at: datetime) -> VoucherQuerySet:
        """Claimed ones that open something now or later."""
        return self.filter(state="claimed", ends_at__gt=at)


class StudentProofQuerySet(models.QuerySet["StudentProof"]):
    def running(self, at: datetime) -> StudentProofQuerySet:
        """Those that hold at the moment."""
        return self.filter(state="proved", starts_at__lte=at, ends_at__gt=at)

    def of_others(self, user: User, address: str, at: datetime) -> StudentProofQuerySet:
        """By which the mailbox proves now that somebody else studies."""
        return self.running(at).filter(how="address", address=address.lower()).exclude(user=user)
