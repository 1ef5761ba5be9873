"""What is known of a letter after it went out: where its links lead, and what asked for them.

Nothing here is a judgement of a person. Events are facts of requests; what they come to is a sum of an edition.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from newsletters.models.editions import Edition
from newsletters.models.recipients import Recipient


class EditionLink(models.Model):
    """Where a link of an edition leads, fixed with its words; all variants of the edition share the numbers.

    An address in a letter names a number and never a target, so nobody can make ours lead anywhere else. Number 0 is
    the link that only machines see.
    """

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="links")
    number = models.PositiveSmallIntegerField(_("number"))
    target = models.CharField(_("leads to"), max_length=2000)
    article = models.ForeignKey(
        Article, verbose_name=_("article"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("link of an edition")
        verbose_name_plural = _("links of editions")
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="edition_link_number_once"),
            models.UniqueConstraint(fields=["edition", "target"], condition=Q(number__gt=0), name="edition_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} / {self.number}"


class MailEvent(models.Model):
    """That something asked for a copy's picture or followed one of its links. Written once, changed never.

    No address is in it and no browser's whole name: ``agent`` are the names of products without their versions,
    ``network`` is a connection's name of that day, which nobody can tie to it after the day. Partitioned by the
    edition's day like the copies: all events of a copy lie together, and whole months go at once.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("picture asked for")
        CLICK = "click", _("link followed")
        HONEYPOT = "honeypot", _("hidden link followed")

    pk = models.CompositePrimaryKey("edition_on", "edition_id", "recipient_id", "id")
    edition_on = models.DateField(_("day of the edition"))
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        related_name="mail_events",
        db_constraint=False,
        db_index=False,
    )
    recipient = models.ForeignKey(
        Recipient,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="mail_events",
        db_constraint=False,
        db_index=False,
    )
    id = models.UUIDField(_("key"), editable=False)
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    link = models.PositiveSmallIntegerField(_("link"), null=True)
    method = models.CharField(_("method"), max_length=4)
    agent = models.CharField(_("kind of program"), max_length=60, blank=True)
    network = models.CharField(_("connection of the day"), max_length=32, blank=True)
    is_prefetch = models.BooleanField(_("asked for ahead"))
    is_navigation = models.BooleanField(_("by a browser that goes there"))
    is_data_centre = models.BooleanField(_("from a data centre"))
    seconds = models.IntegerField(_("seconds after the hand-over"), null=True)

    class Meta:
        verbose_name = _("event of a letter")
        verbose_name_plural = _("events of letters")
        # Django cannot partition a table: its migration is written by hand.
        indexes = [models.Index(fields=["recipient"], name="mail_event_by_recipient")]

    def __str__(self) -> str:
        return f"{self.edition_id} → {self.recipient_id}: {self.kind}"
