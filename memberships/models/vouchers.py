"""Gift memberships: paid by one person, read by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.models.plans import Plan
from memberships.querysets import VoucherQuerySet


class Voucher(models.Model):
    """A membership for some months, bought once for somebody else, and claimed once by whoever holds its link.

    It is written before Stripe is asked. Amounts are in minor units. Of the link only a hash is kept; a new link takes
    the place of the one before. What somebody has to be told has a date of its own here, written with the message.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("at the till")
        ABANDONED = "abandoned", _("not paid")
        PAID = "paid", _("waits to be claimed")
        CLAIMED = "claimed", _("claimed")
        DISPUTED = "disputed", _("held by a dispute")
        VOID = "void", _("money went back")
        EXPIRED = "expired", _("ran out unclaimed")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="vouchers")
    months = models.PositiveSmallIntegerField(_("months given"))
    amount = models.PositiveIntegerField(_("amount"), help_text=_("As charged, once that is known."))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DRAFT)

    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("buyer's account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bought_vouchers",
    )
    buyer_name = models.CharField(_("buyer"), max_length=120)
    buyer_email = models.EmailField(_("buyer's address"))
    language = models.CharField(_("language"), max_length=8)

    recipient_name = models.CharField(_("for whom"), max_length=120)
    recipient_email = models.EmailField(
        _("delivered to"), blank=True, help_text=_("Empty where the buyer hands the gift over.")
    )
    message = models.TextField(_("message"), max_length=600, blank=True)
    deliver_at = models.DateTimeField(_("to be delivered"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    token_hash = models.CharField(_("link"), max_length=64, null=True, unique=True, editable=False)
    expires_at = models.DateTimeField(_("to be claimed by"), null=True, blank=True)

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claimed_vouchers",
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    starts_at = models.DateTimeField(_("opens from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("opens until"), null=True, blank=True)

    session_id = models.CharField(_("Stripe session"), max_length=255, null=True, unique=True, editable=False)
    url = models.URLField(_("address of the till"), max_length=2000, blank=True, editable=False)
    till_closes_at = models.DateTimeField(_("till open until"))
    payment_ref = models.CharField(_("Stripe payment"), max_length=255, null=True, unique=True, editable=False)
    dispute_ref = models.CharField(_("Stripe dispute"), max_length=255, blank=True, editable=False)
    given_back = models.PositiveIntegerField(_("given back"), default=0, help_text=_("As Stripe says, in all."))
    given_back_at = models.DateTimeField(
        _("given back on"), null=True, blank=True, help_text=_("When Stripe last said more of it.")
    )
    refund_key = models.UUIDField(_("refund's key"), null=True, unique=True, editable=False)
    refund_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("refund asked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    refund_asked_at = models.DateTimeField(_("refund asked"), null=True, blank=True)
    refund_note = models.TextField(_("why it was given back"), blank=True)
    version = models.PositiveBigIntegerField(_("version"), default=0, editable=False)

    created_at = models.DateTimeField(_("created"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True, help_text=_("Given back, lost or run out."))
    receipt_told_at = models.DateTimeField(_("receipt sent"), null=True, blank=True)
    claim_told_at = models.DateTimeField(_("buyer told of the claim"), null=True, blank=True)
    waiting_told_at = models.DateTimeField(_("buyer told that it waits"), null=True, blank=True)
    ending_told_at = models.DateTimeField(_("reader told of the end"), null=True, blank=True)
    refund_told_at = models.DateTimeField(_("buyer told of the refund"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift membership")
        verbose_name_plural = _("gift memberships")
        ordering = ["-created_at", "-id"]
        permissions = [("give_voucher_back", _("Can give the money of a gift membership back"))]
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, amount__gt=0), name="voucher_is_worth_something"),
            models.CheckConstraint(
                condition=Q(recipient_email="", deliver_at=None)
                | (~Q(recipient_email="") & Q(deliver_at__isnull=False)),
                name="voucher_is_mailed_on_a_day_or_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "abandoned"], paid_at=None)
                | Q(paid_at__isnull=False, payment_ref__isnull=False, expires_at__isnull=False)
                & ~Q(state__in=["draft", "abandoned"]),
                name="voucher_is_worth_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None, starts_at=None, ends_at=None) & ~Q(state="claimed")
                | Q(claimed_by__isnull=False, claimed_at__isnull=False, starts_at__isnull=False, ends_at__isnull=False)
                & Q(ends_at__gt=F("starts_at"))
                & Q(state__in=["claimed", "disputed", "void"]),
                name="voucher_claimed_has_a_reader_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(refund_key=None, refund_asked_at=None)
                | Q(refund_key__isnull=False, refund_asked_at__isnull=False),
                name="voucher_refund_has_a_key",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "deliver_at"], name="voucher_by_state"),
            models.Index(fields=["claimed_by"], name="voucher_by_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.recipient_name} · {self.get_state_display()}"

    @property
    def is_by_hand(self) -> bool:
        """Whether the buyer hands it over, so that no mail goes to anybody else."""
        return not self.recipient_email
