"""What somebody said about newsletters, act by act: the proof of a consent, which outlives what it led to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletters.models.newsletters import Newsletter
from newsletters.models.recipients import Recipient


class SignupAct(models.Model):
    """One act, as it was: the sign-up is where somebody stands now, this is how they came there.

    The database refuses to change a row, and deletes one only in the transaction that erases its person.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked for it")
        CONFIRMED = "confirmed", _("confirmed from their mailbox")
        JOINED = "joined", _("signed up in person")
        INCLUDED = "included", _("came with the membership")
        IMPORTED = "imported", _("came along from another system")
        MOVED = "moved", _("followed its owner to a new address")
        LEFT = "left", _("left")
        STOPPED = "stopped", _("stopped every newsletter")
        RETURNED = "returned", _("came back")
        KEPT = "kept", _("said that they still want it")
        SUNSET = "sunset", _("was ended after a long silence")

    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="signup_acts"
    )
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=_("newsletter"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: every one."),
    )
    kind = models.CharField(_("what they did"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    source = models.CharField(_("where"), max_length=200, blank=True)
    words = models.TextField(_("what they agreed to"), blank=True)
    address_hash = models.CharField(_("network address, hashed"), max_length=64, blank=True)
    proof = models.JSONField(_("what the other system kept"), default=dict, blank=True)

    class Meta:
        verbose_name = _("act of a sign-up")
        verbose_name_plural = _("acts of sign-ups")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="stopped", newsletter__isnull=True)
                | (~Q(kind="stopped") & Q(newsletter__isnull=False)),
                name="signup_act_is_about_one_newsletter_or_all",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-at"], name="signup_act_newest"),
            models.Index(fields=["at"], name="signup_act_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.get_kind_display()}"
