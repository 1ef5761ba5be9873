"""The mirror of money that goes back: refunds, and disputes at the cardholder's bank. Amounts are in minor units."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Invoice
from memberships.querysets import CAME_TO_NOTHING, DisputeQuerySet, RefundQuerySet


class Refund(models.Model):
    """Money given back for an invoice. One of the desk is written down before Stripe is asked, with its key.

    ``status`` is Stripe's own word once Stripe has the refund; before, it is one of the two of :class:`Ours`.
    """

    class Ours(models.TextChoices):
        ASKED = "asked", _("asked for")
        REFUSED = "refused", _("refused by Stripe")

    class Reason(models.TextChoices):
        REQUESTED = "requested_by_customer", _("they asked for it")
        DUPLICATE = "duplicate", _("charged twice")
        FRAUDULENT = "fraudulent", _("fraud")

    class Then(models.TextChoices):
        END_NOW = "end_now", _("the membership ends at once")
        END_WITH_PERIOD = "end_with_period", _("the membership ends with its period")
        NOTHING = "nothing", _("the membership is left as it is")

    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    invoice = models.ForeignKey(Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="refunds")
    stripe_id = models.CharField(_("Stripe refund"), max_length=255, null=True, unique=True, editable=False)
    payment_ref = models.CharField(_("Stripe payment"), max_length=255)
    status = models.CharField(_("status"), max_length=40, default=Ours.ASKED)
    amount = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=40, blank=True, choices=Reason.choices)
    note = models.TextField(_("note"), blank=True)
    then = models.CharField(_("what follows"), max_length=20, choices=Then.choices, default=Then.NOTHING)
    failure = models.TextField(_("why it failed"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty where it was made in Stripe's dashboard, or follows from a withdrawal."),
    )
    asked_at = models.DateTimeField(_("asked"))
    settled_at = models.DateTimeField(
        _("settled"), null=True, help_text=_("When what follows was done and they were told.")
    )
    credit_note_id = models.CharField(_("Stripe credit note"), max_length=255, blank=True, editable=False)
    credit_note_number = models.CharField(_("credit note"), max_length=100, blank=True)
    credit_note_url = models.URLField(_("PDF of the credit note"), max_length=2000, blank=True)
    synced_at = models.DateTimeField(_("read from Stripe"), null=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-asked_at", "-id"]
        permissions = [("give_money_back", _("Can give money back"))]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(stripe_id__isnull=False) | Q(status__in=["asked", "refused"]),
                name="refund_without_stripe_is_ours",
            ),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status="asked"), name="refund_asked_once_for_an_invoice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} · {self.status}"

    @property
    def has_reached(self) -> bool:
        """Whether Stripe has made it and the money did not come home."""
        return self.stripe_id is not None and self.status not in CAME_TO_NOTHING


class Dispute(models.Model):
    """A cardholder's bank took the money of an invoice back, or asks about it. ``status`` is Stripe's own word."""

    invoice = models.ForeignKey(Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(_("Stripe dispute"), max_length=255, unique=True)
    status = models.CharField(_("status"), max_length=40)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    amount = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    is_refundable = models.BooleanField(_("may be refunded"), default=False)
    due_at = models.DateTimeField(_("evidence due"), null=True)
    opened_at = models.DateTimeField(_("disputed"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    forgiven_at = models.DateTimeField(
        _("forgiven"), null=True, help_text=_("From then on they may buy again though it was lost.")
    )
    synced_at = models.DateTimeField(_("read from Stripe"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.invoice} · {self.status}"
