"""What happened to memberships and is to be told, and what staff have to look at. Written with what happened."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Invoice, Subscription
from memberships.models.money_back import Refund
from memberships.models.plans import Plan
from memberships.querysets import AlertQuerySet, HappeningQuerySet


class Happening(models.Model):
    """Something that happened to a subscription, told to whoever listens after it is through, and told once.

    It is written in the transaction in which it happened, so it is neither lost with a process nor told of what was
    taken back. ``period`` says which of several it is, such as an invoice's id: there is one of a kind for each.
    """

    class Kind(models.TextChoices):
        TRIAL_STARTED = "trial_started", _("trial began")
        GIFT_CONTINUED = "gift_continued", _("goes on after a gift")
        TRIAL_REFUSED = "trial_refused", _("trial was refused")
        SUBSCRIPTION_STARTED = "subscription_started", _("began to pay")
        SUBSCRIPTION_CANCELLED = "subscription_cancelled", _("end was scheduled")
        SUBSCRIPTION_RESUMED = "subscription_resumed", _("end was taken back")
        SUBSCRIPTION_ENDED = "subscription_ended", _("ended")
        PAYMENT_FAILED = "payment_failed", _("payment failed")
        INVOICE_PAID = "invoice_paid", _("payment")
        PAYMENT_REFUNDED = "payment_refunded", _("refund")
        TRIAL_ENDING = "trial_ending", _("trial is about to end")
        PAYMENT_REMINDER = "payment_reminder", _("payment still fails")
        ACTION_REQUIRED = "action_required", _("payment waits for a confirmation")
        CARD_EXPIRING = "card_expiring", _("card is about to expire")
        RENEWAL_AHEAD = "renewal_ahead", _("renewal is ahead")
        PLAN_CHANGED = "plan_changed", _("plan was changed")
        SUBSCRIPTION_PAUSED = "subscription_paused", _("rests at the member’s wish")
        PAUSE_ENDING = "pause_ending", _("rest is about to end")
        PRICE_CHANGES = "price_changes", _("price is going to change")
        STUDENT_ENDING = "student_ending", _("proof of studies is about to end")

    kind = models.CharField(_("what"), max_length=40, choices=Kind.choices)
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.CASCADE, related_name="happenings"
    )
    invoice = models.ForeignKey(
        Invoice, verbose_name=_("invoice"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    period = models.CharField(_("which of them"), max_length=255, blank=True)
    former_plan = models.ForeignKey(
        Plan, verbose_name=_("former plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("The end that was scheduled."))
    happened_at = models.DateTimeField(_("happened"))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)

    objects = HappeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a membership")
        verbose_name_plural = _("turns of memberships")
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "kind", "period"], name="happening_once_in_a_period")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told_at=None), name="happening_untold")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subscription}"


class Alert(models.Model):
    """Something that does not settle itself and that staff have to know of; one for each thing while it is open."""

    class Kind(models.TextChoices):
        UNREADABLE = "unreadable", _("Stripe says what we cannot read")
        FOREIGN = "foreign", _("Stripe speaks of what is not ours")
        VERSION = "version", _("Stripe speaks another version")
        STUCK = "stuck", _("An event cannot be worked off")
        DRIFT = "drift", _("Stripe and the mirror disagreed")
        PAID_UNKNOWN = "paid_unknown", _("Somebody who is unknown here has paid")
        CHARGED_TWICE = "charged_twice", _("Somebody is charged twice")
        UNTOLD = "untold", _("Somebody could not be told")
        DISPUTED = "disputed", _("A payment is disputed")
        FRAUD_WARNING = "fraud_warning", _("A bank warns of fraud")
        REFUND_FAILED = "refund_failed", _("Money could not be given back")
        UNFINISHED = "unfinished", _("An invoice could not be finished")
        REFUNDED_ELSEWHERE = "refunded_elsewhere", _("Money was given back outside the desk")
        NO_CREDIT_NOTE = "no_credit_note", _("A credit note could not be made")
        WITHDRAWAL = "withdrawal", _("A withdrawal waits for a person")
        EDITION_HELD = "edition_held", _("An edition is held back")
        EDITION_SLOW = "edition_slow", _("An edition does not get through")
        MISCOUNTED = "miscounted", _("Copies of an edition do not add up")
        WARM_UP = "warm_up", _("A new sending domain is given no more")

    kind = models.CharField(_("what"), max_length=40, choices=Kind.choices)
    subject = models.CharField(_("of what"), max_length=255, help_text=_("An id of Stripe's, where it is one."))
    sentence = models.TextField(_("in words"))
    times = models.PositiveIntegerField(_("times"), default=1)
    opened_at = models.DateTimeField(_("first seen"))
    seen_at = models.DateTimeField(_("last seen"))
    told_at = models.DateTimeField(_("staff told"), null=True, blank=True)
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

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(settled_at=None), name="alert_open_once_for_a_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
