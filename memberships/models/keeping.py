"""Why people leave, what they were offered then, and who was written to after they had left."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Subscription
from memberships.models.promotions import Promotion
from memberships.querysets import WinBackQuerySet


class Leaving(models.Model):
    """One wish to leave: with the end it led to, or with the offer that was taken instead.

    A discount that was taken is written down before Stripe is asked, with ``key``, and is ``TAKEN`` until Stripe has
    it. The reason is read back from Stripe, so that one given in its portal is here too.
    """

    class Reason(models.TextChoices):
        TOO_DEAR = "too_dear", _("It is too expensive")
        TOO_LITTLE_TIME = "too_little_time", _("I have too little time to read")
        NOT_EXPECTED = "not_expected", _("It is not what I expected")
        TECHNICAL = "technical", _("Something did not work")
        ELSEWHERE = "elsewhere", _("I read something else now")
        OTHER = "other", _("Another reason")

    class Answer(models.TextChoices):
        NOTHING_OFFERED = "", _("nothing was offered")
        DECLINED = "declined", _("declined")
        TAKEN = "taken", _("taken, not at Stripe yet")
        GIVEN = "given", _("taken")
        REFUSED = "refused", _("taken, refused by Stripe")

    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.CASCADE, related_name="leavings"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField(_("said"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Empty where they stayed."))
    offer = models.ForeignKey(
        Promotion, verbose_name=_("offered"), null=True, blank=True, on_delete=models.PROTECT, related_name="leavings"
    )
    answer = models.CharField(
        _("answer"), max_length=10, choices=Answer.choices, blank=True, default=Answer.NOTHING_OFFERED
    )

    class Meta:
        verbose_name = _("leaving")
        verbose_name_plural = _("leavings")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(offer=None) ^ ~Q(answer=""), name="leaving_answers_an_offer"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=False, answer__in=["", "declined"])
                | Q(ends_at=None, answer__in=["taken", "given", "refused"]),
                name="leaving_ends_or_takes_the_offer",
            ),
            models.UniqueConstraint(fields=["subscription", "ends_at"], name="leaving_once_for_an_end"),
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(answer="taken"), name="leaving_one_offer_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} · {self.get_reason_display()}"


class WinBack(models.Model):
    """A letter to somebody whose membership is over: one for each end and each of its steps, sent or let go."""

    class State(models.TextChoices):
        DUE = "due", _("due")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent")

    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.CASCADE, related_name="win_backs"
    )
    days = models.PositiveSmallIntegerField(_("days after the end"))
    promotion = models.ForeignKey(
        Promotion, verbose_name=_("promotion"), on_delete=models.PROTECT, related_name="win_backs"
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DUE)
    noted_at = models.DateTimeField(_("noted"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = WinBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("win-back letter")
        verbose_name_plural = _("win-back letters")
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "days"], name="win_back_once_in_a_step"),
            models.CheckConstraint(
                condition=Q(state="due", settled_at=None) | (~Q(state="due") & Q(settled_at__isnull=False)),
                name="win_back_settled_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="due"), name="win_back_due")]

    def __str__(self) -> str:
        return f"{self.subscription} · {self.days}"
