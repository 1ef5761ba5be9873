"""What is done to a whole account: moved to another address, told to its owner, erased. Each act is a row first."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """That an account is being erased, and how far it is. Whoever dies on the way leaves the rest to the next minute.

    ``customer_ids`` are the customers at Stripe that were deleted: what Stripe still sends about them is emptied.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="erasure"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty where its owner asked."),
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    settled_at = models.DateTimeField(_("settled at Stripe"), null=True)
    done_at = models.DateTimeField(_("erased"), null=True)
    customer_ids = models.JSONField(_("customers at Stripe"), default=list)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what it waits for"), blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(settled_at__isnull=False),
                name="erasure_is_settled_before_it_is_done",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="erasure_unfinished")]

    def __str__(self) -> str:
        return f"{self.user.public_id} · {self.asked_at:%Y-%m-%d}"


class DataExport(models.Model):
    """Everything we hold about a person, packed for them alone. The packed file is emptied when its days are over."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="exports"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty where its owner asked."),
    )
    asked_at = models.DateTimeField(_("asked"))
    made_at = models.DateTimeField(_("made"), null=True)
    ends_at = models.DateTimeField(_("kept until"), null=True)
    archive = models.BinaryField(_("file"), null=True, editable=False)

    class Meta:
        verbose_name = _("copy of someone’s data")
        verbose_name_plural = _("copies of people’s data")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(made_at=None), name="export_one_waits_per_person"),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, ends_at__isnull=True, archive__isnull=True)
                | Q(made_at__isnull=False, ends_at__isnull=False),
                name="export_made_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.asked_at:%Y-%m-%d}"


class AddressChange(models.Model):
    """An address that staff move an account to: the new mailbox has to say yes, the old one may say no."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the new mailbox")
        DONE = "done", _("changed")
        UNDONE = "undone", _("taken back")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="address_changes"
    )
    old_address = models.EmailField(_("from"), max_length=254)
    new_address = models.EmailField(_("to"), max_length=254)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=255)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    ends_at = models.DateTimeField(_("links hold until"))
    changed_at = models.DateTimeField(_("changed"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="asked"), name="address_change_one_waits_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(changed_at__isnull=False), name="address_change_done_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False), name="address_change_undone_has_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_address} → {self.new_address}"
