"""The ledger: every message is a row before it is a message.

Deliveries of editions are partitioned by the edition's day, so that a year of them can be dropped at once; messages
about somebody's account are a table of their own, unique on what they are about.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition
from newsletters.models.recipients import Recipient, Stream
from newsletters.querysets import DeliveryQuerySet, MessageQuerySet


class SendState(models.TextChoices):
    """In the order they happen. *Accepted* means that the next server took it; nobody knows what was delivered."""

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("being handed over")
    ACCEPTED = "accepted", _("accepted by the next server")
    UNCERTAIN = "uncertain", _("uncertain")
    FAILED = "failed", _("refused")
    HALTED = "halted", _("halted")
    SUPPRESSED = "suppressed", _("suppressed")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("complained about")


class Delivery(models.Model):
    """One copy of one edition for one recipient: the key says that there cannot be two.

    ``handing_over`` is set in the moment before the next server is spoken to: a claim that died with it set may have
    been sent and becomes uncertain, one that died without it goes back to the queue.
    """

    pk = models.CompositePrimaryKey("edition_on", "edition_id", "recipient_id")
    edition_on = models.DateField(_("day"))
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="deliveries"
    )
    state = models.CharField(_("state"), max_length=16, choices=SendState.choices, default=SendState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    handing_over = models.BooleanField(_("was being handed over"), default=False)
    settled_at = models.DateTimeField(_("settled"), null=True)
    not_before = models.DateTimeField(_("not before"), null=True)
    reply = models.CharField(_("what the next server said"), max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        # The table is made by hand in the first migration, because Django cannot partition one.
        indexes = [
            models.Index(fields=["edition", "state"], name="delivery_by_edition"),
            models.Index(fields=["recipient", "-edition_on"], name="delivery_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} → {self.recipient_id}"


class Message(models.Model):
    """One message about something that concerns its recipient, unique on what it is about."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    dedupe_key = models.CharField(
        _("about"),
        max_length=255,
        unique=True,
        help_text=_("Kind, subject and period: a second message about it cannot be written."),
    )
    kind = models.CharField(_("kind"), max_length=60)
    stream = models.CharField(_("stream"), max_length=16, choices=Stream.choices, default=Stream.TRANSACTIONAL)
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="messages"
    )
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    attachments = models.JSONField(
        _("attachments"), default=list, blank=True, help_text=_("Each with name, type and base64 content.")
    )
    from_email = models.CharField(_("from"), max_length=320)
    reply_to = models.CharField(_("replies go to"), max_length=320, blank=True)
    is_sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("Carries a code or a link that signs in; wiped once sent.")
    )
    state = models.CharField(_("state"), max_length=16, choices=SendState.choices, default=SendState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    handing_over = models.BooleanField(_("was being handed over"), default=False)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    reply = models.CharField(_("what the next server said"), max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="message_queue"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="message_claims"),
            models.Index(fields=["recipient", "-created_at"], name="message_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
