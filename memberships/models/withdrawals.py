"""Withdrawals from a contract, as the law on distance contracts gives them; the database keeps their moments."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Subscription
from memberships.models.vouchers import Voucher
from memberships.querysets import WithdrawalQuerySet


class Withdrawal(models.Model):
    """Somebody says that they withdraw, says it again by the button, and gets back what they paid.

    The contract is a subscription, or a gift that they bought.

    A row that was never confirmed binds nobody and is forgotten. One that was is kept: the database refuses to delete
    it, to change what was declared, and to move a moment once it is written.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("not confirmed yet")
        CONFIRMED = "confirmed", _("confirmed, being carried out")
        REFERRED = "referred", _("waits for a person")
        SETTLED = "settled", _("settled")

    class Referral(models.TextChoices):
        LATE = "late", _("after the fourteen days")
        RENEWAL = "renewal", _("after a renewal, which gives no new right")
        UNKNOWN = "unknown", _("no contract of this address was found")
        UNPAYABLE = "unpayable", _("the money cannot be given back by itself")
        CLAIMED = "claimed", _("the gift has been claimed")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("email address"), max_length=254)
    reference = models.CharField(_("order or invoice number"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=16)
    subscription = models.ForeignKey(
        Subscription,
        verbose_name=_("subscription"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawals",
    )
    voucher = models.ForeignKey(
        Voucher,
        verbose_name=_("gift membership"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawals",
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.ASKED)
    referral = models.CharField(_("why a person"), max_length=16, blank=True, choices=Referral.choices)
    declared_at = models.DateTimeField(_("declared"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("receipt acknowledged"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty where it settled itself."),
    )

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-declared_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", confirmed_at=None) | (~Q(state="asked") & Q(confirmed_at__isnull=False)),
                name="withdrawal_confirmed_or_only_asked",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False) | (~Q(state="settled") & Q(settled_at=None)),
                name="withdrawal_settled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["asked", "confirmed"], referral="") | Q(state="settled"))
                | (Q(state="referred") & ~Q(referral="")),
                name="withdrawal_referred_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(subscription__isnull=False) | Q(voucher__isnull=False),
                name="withdrawal_confirmed_of_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(subscription=None) | Q(voucher=None), name="withdrawal_is_from_one_contract"
            ),
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(state="confirmed"), name="withdrawal_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(state="confirmed"), name="withdrawal_from_a_gift_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_state_display()}"
