"""What is heard of our mail after the next server took it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition
from newsletters.models.recipients import Recipient


class Report(models.Model):
    """One report, as it came and once only, and what became of it. Forgotten after a month.

    ``source`` and ``key`` say which one it is: of a mail that came back, the key is its digest.
    """

    class Fate(models.TextChoices):
        WAITING = "waiting", _("waits to be worked off")
        ARRIVED = "arrived", _("the copy arrived")
        DELAYED = "delayed", _("it is still tried")
        ANSWERED = "answered", _("an automatic answer")
        FAILED = "failed", _("came back, for this time")
        BOUNCED = "bounced", _("came back for good")
        COMPLAINED = "complained", _("called spam")
        LEFT = "left", _("asked us to stop")
        UNKNOWN = "unknown", _("names nobody")

    source = models.CharField(_("from"), max_length=20)
    key = models.CharField(_("key"), max_length=128)
    taken_at = models.DateTimeField(_("taken in"))
    fate = models.CharField(_("what it says"), max_length=12, choices=Fate.choices)
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), null=True, on_delete=models.PROTECT, related_name="reports"
    )
    said = models.CharField(_("what the other side said"), max_length=500, blank=True)
    raw = models.BinaryField(_("as it came"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-taken_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="report_once")]
        indexes = [models.Index(fields=["fate", "taken_at"], name="report_by_fate")]

    def __str__(self) -> str:
        return f"{self.source} · {self.get_fate_display()}"


class SoftBounce(models.Model):
    """That a recipient's copy of an edition came to nothing for a reason that may pass, such as a full mailbox. The
    copy's own state may say something else: some of those who report it go on trying."""

    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="soft_bounces"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("soft bounce")
        verbose_name_plural = _("soft bounces")
        constraints = [models.UniqueConstraint(fields=["recipient", "edition"], name="soft_bounce_once")]
        indexes = [models.Index(fields=["noted_at"], name="soft_bounce_age")]

    def __str__(self) -> str:
        return f"{self.edition_id} → {self.recipient_id}"
