"""What is taken off a price, for whom and for how long. Stripe holds it too, and counts how often it was used."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.plans import Plan
from memberships.querysets import PromotionQuerySet


class Promotion(models.Model):
    """A discount with its code. Amounts are in minor units; once it is at Stripe only its note and its end change.

    ``code_id`` is the promotion code at Stripe, which a discount that is kept for some, or for some plans, does not
    have: Stripe's own page would give it to anybody. Such a one is a coupon there and nothing more.
    """

    class Use(models.TextChoices):
        ANYBODY = "anybody", _("whoever has the code")
        SAVE_OFFER = "save_offer", _("offered to whoever is leaving")
        WIN_BACK = "win_back", _("sent to whoever left")

    class Duration(models.TextChoices):
        ONCE = "once", _("the first charge")
        REPEATING = "repeating", _("every charge for some months")
        FOREVER = "forever", _("every charge")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Letters A to Z and digits. Readers may write it small."),
    )
    use = models.CharField(_("for"), max_length=12, choices=Use.choices, default=Use.ANYBODY)
    percent = models.PositiveSmallIntegerField(_("percent off"), null=True, blank=True)
    amount = models.PositiveIntegerField(_("amount off"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    duration = models.CharField(_("taken off"), max_length=10, choices=Duration.choices, default=Duration.ONCE)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    plans = models.ManyToManyField(
        Plan,
        verbose_name=_("only for"),
        blank=True,
        related_name="promotions",
        help_text=_(
            "Empty: for every plan. A code for some plans works by its link and not on Stripe’s own page, which cannot "
            "tell plans apart."
        ),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    most = models.PositiveIntegerField(_("how often"), null=True, blank=True, help_text=_("Empty: without a limit."))
    first_time_only = models.BooleanField(_("only for who has never paid"), default=False)
    note = models.TextField(_("note"), blank=True)
    coupon_made_at = models.DateTimeField(_("at Stripe since"), null=True, blank=True, editable=False)
    code_id = models.CharField(_("Stripe promotion code"), max_length=255, blank=True, editable=False)
    key_hash = models.CharField(_("learned with key"), max_length=64, blank=True, editable=False)
    is_open_there = models.BooleanField(_("open at Stripe"), default=False, editable=False)
    times_used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{3,40}$"), name="promotion_code_is_plain"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) ^ Q(amount__isnull=True),
                name="promotion_is_percent_or_amount",
                violation_error_message=_("Say a percentage or an amount, and only one of them."),
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=1, percent__lte=100), name="promotion_percent_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(amount=None, currency="")
                | Q(amount__isnull=False, amount__gt=0, currency__regex=r"^[a-z]{3}$"),
                name="promotion_amount_has_a_currency",
                violation_error_message=_("An amount has a currency; a percentage has none."),
            ),
            models.CheckConstraint(
                condition=(Q(duration="repeating") & Q(months__isnull=False, months__gte=1, months__lte=36))
                | (~Q(duration="repeating") & Q(months=None)),
                name="promotion_months_where_it_repeats",
                violation_error_message=_("Say for how many months, 1 to 36, where it is for some months."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="promotion_ends_after_it_starts",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(condition=Q(most=None) | Q(most__gte=1), name="promotion_is_used_at_least_once"),
            models.CheckConstraint(
                condition=Q(use="anybody") | Q(first_time_only=False),
                name="promotion_kept_for_members_is_not_first_time",
                violation_error_message=_("Who is leaving or has left has paid before."),
            ),
            models.UniqueConstraint(
                fields=["use"],
                condition=Q(use="win_back", closed_at=None),
                name="promotion_one_open_win_back",
                violation_error_message=_("There is one to win people back already. Close it first."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_used_up(self) -> bool:
        """Whether Stripe counted as many uses as there may be, when it was last asked."""
        return self.most is not None and self.times_used >= self.most

    @property
    def coupon_id(self) -> str:
        """Its coupon at Stripe, by a name of ours: the same under every key."""
        return f"promotion-{self.public_id.hex}"
