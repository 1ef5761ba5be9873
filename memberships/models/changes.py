"""What a member asked of a running subscription, written down before Stripe is asked: another plan, or a rest."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Subscription
from memberships.models.plans import Plan


class Asked(models.TextChoices):
    """How far something is that was asked for. ``DONE`` is what Stripe has taken in."""

    ASKED = "asked", _("asked for")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class PlanChange(models.Model):
    """One wish for another plan, with what was shown of it.

    ``key`` is Stripe's idempotency key, and the visit of the consent. ``amount`` is what was shown as charged at once,
    in minor units of ``currency``.
    """

    class Begins(models.TextChoices):
        NOW = "now", _("at once")
        IN_TRIAL = "in_trial", _("at once, in a trial")
        RENEWAL = "renewal", _("with the next period")

    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.PROTECT, related_name="plan_changes"
    )
    from_plan = models.ForeignKey(Plan, verbose_name=_("former plan"), on_delete=models.PROTECT, related_name="+")
    to_plan = models.ForeignKey(Plan, verbose_name=_("plan wanted"), on_delete=models.PROTECT, related_name="+")
    begins = models.CharField(_("begins"), max_length=10, choices=Begins.choices)
    amount = models.PositiveIntegerField(_("charged at once"))
    currency = models.CharField(_("currency"), max_length=3)
    counted_from = models.DateTimeField(
        _("counted from"), help_text=_("The moment from which the rest of the period was reckoned.")
    )
    state = models.CharField(_("state"), max_length=10, choices=Asked.choices, default=Asked.ASKED)
    failure = models.TextField(_("why it was refused"), blank=True)
    asked_at = models.DateTimeField(_("asked"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("change of plan")
        verbose_name_plural = _("changes of plan")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(state="asked"), name="plan_change_one_asked_for_a_subscription"
            ),
            models.CheckConstraint(condition=~Q(from_plan=F("to_plan")), name="plan_change_is_to_another_plan"),
            models.CheckConstraint(
                condition=Q(state="asked", settled_at=None) | (~Q(state="asked") & Q(settled_at__isnull=False)),
                name="plan_change_settled_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_plan} → {self.to_plan} · {self.state}"


class Pause(models.Model):
    """One rest that a member asked for, of whole months. It is over when ``ended_at`` says so, however that came."""

    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.PROTECT, related_name="pauses"
    )
    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    months = models.PositiveSmallIntegerField(_("months"))
    state = models.CharField(_("state"), max_length=10, choices=Asked.choices, default=Asked.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    failure = models.TextField(_("why it does not go on"), blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(ended_at=None) & ~Q(state="refused"),
                name="pause_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(months__range=(1, 3)), name="pause_of_one_to_three_months"),
            models.CheckConstraint(condition=Q(until__gt=F("asked_at")), name="pause_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} · {self.until:%Y-%m-%d} · {self.state}"
