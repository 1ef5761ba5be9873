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

    WAITING = "waiting", _("waits for the better subject")
    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("being handed over")
    ACCEPTED = "accepted", _("accepted by the next server")
    UNCERTAIN = "uncertain", _("uncertain")
    FAILED = "failed", _("refused")
    HALTED = "halted", _("halted")
    SUPPRESSED = "suppressed", _("suppressed")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("complained about")


class Claim(models.Model):
    """Copies or messages that one worker has taken in hand. Gone once each of them is settled or waits again.

    ``begun_at`` is set in the moment before the next server is spoken to: what a claim with it holds when its worker
    dies may have been sent and becomes uncertain, what one without it holds waits again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken_at = models.DateTimeField(_("taken in hand"))
    begun_at = models.DateTimeField(_("hand-over begun"), null=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [models.Index(fields=["taken_at"], name="claim_age")]

    def __str__(self) -> str:
        return str(self.pk)


class Delivery(models.Model):
    """One copy of one edition for one recipient: the key says that there cannot be two.

    ``variant`` is the number of the edition's variant that the copy is, or is going to be. The database checks neither
    foreign key: no edition and no recipient is ever deleted, and a million checks took as long as a million rows.
    """

    pk = models.CompositePrimaryKey("edition_on", "edition_id", "recipient_id")
    edition_on = models.DateField(_("day"))
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    recipient = models.ForeignKey(
        Recipient,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    variant = models.PositiveIntegerField(_("variant"), default=1)
    state = models.CharField(_("state"), max_length=16, choices=SendState.choices, default=SendState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True)
    not_before = models.DateTimeField(_("not before"), null=True)
    reply = models.CharField(_("what the next server said"), max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        # Django cannot partition a table: its migrations are written by hand. There is no index on edition and state,
        # for the planner would take it to find what waits, and read a million rows for each claim.
        indexes = [
            models.Index(fields=["edition", "recipient"], condition=Q(state="queued"), name="delivery_queue"),
            models.Index(fields=["claim"], condition=Q(state="claimed"), name="delivery_claims"),
            models.Index(
                fields=["edition", "state", "recipient"],
                condition=~Q(state__in=["queued", "claimed", "accepted"]),
                name="delivery_odd",
            ),
            models.Index(fields=["recipient", "-edition_on"], name="delivery_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} → {self.recipient_id}"


class Tally(models.Model):
    """How many copies of an edition are in a state. Triggers of the database keep it with every change of a copy, so
    that the sum over an edition's states is its audience whoever writes, and no page counts a million rows."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="tallies", db_constraint=False
    )
    state = models.CharField(_("state"), max_length=16, choices=SendState.choices)
    copies = models.BigIntegerField(_("copies"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(fields=["edition", "state"], name="tally_once"),
            models.CheckConstraint(condition=Q(copies__gte=0), name="tally_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.state}: {self.copies}"


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
            models.Index(fields=["claim"], condition=Q(state="claimed"), name="message_claims"),
            models.Index(fields=["recipient", "-created_at"], name="message_by_recipient"),
            models.Index(
                fields=["state", "-id"], condition=~Q(state__in=["queued", "claimed", "accepted"]), name="message_odd"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
