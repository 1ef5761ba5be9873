"""One issue of a newsletter."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from newsletters.models.newsletters import Newsletter
from newsletters.querysets import EditionItemQuerySet, EditionQuerySet


class Edition(models.Model):
    """What goes out on one day. Only the primary edition of a newsletter and day has a web address.

    A correction is an edition too, for whoever has its ``parent`` in one of the variants up to ``corrects_up_to``.
    So is a resend, for whoever has its ``parent`` and did not open it.

    ``covers_from`` and ``covers_until`` bound the publication times its stories were taken from: half-open, so that
    consecutive editions neither repeat nor miss a story.
    """

    class State(models.TextChoices):
        COMPOSED = "composed", _("composed")
        APPROVED = "approved", _("approved")
        HELD = "held", _("held back")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        EMPTY = "empty", _("not enough new, not sent")
        HALTED = "halted", _("halted")
        LEFT_OUT = "left_out", _("left out")

    class Kind(models.TextChoices):
        REGULAR = "regular", _("regular")
        CORRECTION = "correction", _("correction")
        WEEKLY = "weekly", _("the week in one letter")
        RESEND = "resend", _("sent once more")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="editions"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.REGULAR, editable=False)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("corrects or repeats"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    corrects_up_to = models.PositiveIntegerField(_("corrects up to variant"), null=True, editable=False)
    edition_on = models.DateField(_("day"))
    is_primary = models.BooleanField(_("primary"), default=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.COMPOSED)
    due_at = models.DateTimeField(_("due"))
    may_be_late = models.BooleanField(
        _("may be late"), default=False, editable=False, help_text=_("An editor said that it goes out all the same.")
    )
    covers_from = models.DateTimeField(_("stories from"))
    covers_until = models.DateTimeField(_("stories until"))
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preview line"), max_length=200, blank=True)
    # HTML as newsletters.prose keeps it, and so is a story's note.
    introduction = models.TextField(_("introduction"), blank=True)
    is_reworded = models.BooleanField(
        _("reworded"), default=False, editable=False, help_text=_("Its subject or preview line is an editor's.")
    )
    held_because = models.TextField(_("why it is held back"), blank=True, editable=False)
    audience_size = models.PositiveIntegerField(_("audience"), null=True, editable=False)
    frozen_at = models.DateTimeField(_("audience frozen"), null=True, editable=False)
    sending_since = models.DateTimeField(
        _("being sent since"), null=True, editable=False,
        help_text=_("Since copies were last given free to be handed over."),
    )  # fmt: skip
    is_counted = models.BooleanField(
        _("openings and clicks are counted"), default=False, db_default=False, editable=False
    )
    uncounted = models.PositiveIntegerField(_("readers who are not counted"), null=True, editable=False)
    rules = models.PositiveSmallIntegerField(_("judged by rules of version"), null=True, editable=False)
    sent_at = models.DateTimeField(_("last copy handed over"), null=True, editable=False)
    articles = models.ManyToManyField(Article, through="newsletters.EditionItem", related_name="editions")

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-edition_on", "newsletter"]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "edition_on"], condition=Q(is_primary=True), name="edition_primary_once_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "sent"]) | Q(frozen_at__isnull=False, audience_size__isnull=False),
                name="edition_sent_was_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction")
                | Q(parent__isnull=False, corrects_up_to__isnull=False, is_primary=False),
                name="edition_correction_is_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(kind="weekly") | Q(is_primary=False), name="edition_weekly_has_no_page"
            ),
            models.UniqueConstraint(
                fields=["newsletter", "edition_on"], condition=Q(kind="weekly"), name="edition_weekly_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(kind="correction", state="composed"),
                name="edition_one_open_correction",
            ),
            models.CheckConstraint(
                condition=~Q(kind="resend") | Q(parent__isnull=False, is_primary=False), name="edition_resend_is_of_one"
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(kind="resend") & ~Q(state__in=["left_out", "empty"]),
                name="edition_sent_once_more_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="edition_due")]

    def __str__(self) -> str:
        return f"{self.newsletter} · {self.edition_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.newsletter.slug, self.edition_on.isoformat()])

    @property
    def is_review(self) -> bool:
        """Whether each reader gets a letter of their own stories. A correction says the same to everybody."""
        return self.newsletter.kind == Newsletter.Kind.REVIEW and self.kind == self.Kind.REGULAR


class Variant(models.Model):
    """An edition as it was rendered for those of its readers who get the same. What is personal are placeholders.

    It is written down before the first copy leaves and never changed: a story that is corrected meanwhile does not
    give half of the readers another letter, and what a copy said can be told as long as its edition is kept.

    One of a review has no words of its own: it is assembled of the edition's blocks, by its items and their reasons.
    """

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="variants")
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    rendered_at = models.DateTimeField(_("rendered"))
    # Its articles in their order; what has been in somebody's letter once is in no review of theirs again.
    items = ArrayField(models.BigIntegerField(), verbose_name=_("stories"), default=list)
    reasons = ArrayField(models.CharField(max_length=60), verbose_name=_("why each is in it"), default=list)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="variant_number_once")]

    def __str__(self) -> str:
        return f"{self.edition} / {self.number}"


class EditionItem(models.Model):
    """A story in an edition, in its place. Composing again leaves a pinned one where it is, and a dropped one out."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="items")
    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="edition_items"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    note = models.TextField(_("editor's note"), blank=True)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_dropped = models.BooleanField(_("dropped"), default=False)

    objects = EditionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "article"], name="edition_story_once"),
            models.CheckConstraint(
                condition=Q(is_pinned=False) | Q(is_dropped=False), name="edition_story_pinned_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return str(self.article)
