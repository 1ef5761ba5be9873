"""What somebody agreed to when they went to the till, kept as evidence: the database refuses to change or delete it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from memberships.models.plans import Plan


class Consent(models.Model):
    """One press of the button that leads to the till, with the words that stood above it.

    Whoever pressed is named by the account's public id, the plan and the promotion by their keys, so the row outlives
    all three. ``visit`` is the key of the visit that began with it (:class:`CheckoutAttempt`), which Stripe's session
    carries too; or that of a change of plan, or of a gift (:class:`Voucher`), whose buyer needs no account.
    """

    visit = models.UUIDField(_("visit to the till"), unique=True)
    person = models.UUIDField(
        _("public id of the account"),
        null=True,
        db_index=True,
        help_text=_("Empty where a gift was bought without an account."),
    )
    plan_key = models.CharField(_("plan"), max_length=200)
    amount = models.PositiveIntegerField(_("amount in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    interval = models.CharField(_("billed every"), max_length=8, choices=Plan.Interval.choices)
    trial_days = models.PositiveSmallIntegerField(_("free days"))
    first_charge_at = models.DateTimeField(_("first charge"))
    first_amount = models.PositiveIntegerField(
        _("first charge in minor units"),
        null=True,
        help_text=_("With the promotion taken off. Empty where it was not known."),
    )
    promotion = models.CharField(_("promotion"), max_length=40, blank=True)
    locale = models.CharField(_("language"), max_length=16)
    words = models.TextField(_("words above our button"), blank=True)
    words_at_the_till = models.TextField(_("words above Stripe’s button"))
    given_at = models.DateTimeField(_("given"))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-id"]

    def __str__(self) -> str:
        return f"{self.plan_key} · {self.given_at:%Y-%m-%d %H:%M} · {self.person or self.visit}"
