"""Addresses that get mail. A recipient need not have an account; a lost address is lost per stream."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from newsletters.models.newsletters import Newsletter
from newsletters.querysets import SignupQuerySet


class Stream(models.TextChoices):
    """Mail somebody asked to read, mail that belongs to what they did, and offers to whoever was a member.

    Leaving one never stops the others, but who stopped any of them gets no offers.
    """

    NEWSLETTERS = "newsletters", _("newsletters")
    TRANSACTIONAL = "transactional", _("about their account")
    OFFERS = "offers", _("offers to come back")


class Recipient(models.Model):
    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), max_length=254, help_text=_("In lower case, as it is compared."))
    email_as_typed = models.EmailField(_("email address as typed"), max_length=254)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recipient",
    )
    domain = models.GeneratedField(
        verbose_name=_("domain"),
        expression=Func("email", Value("@"), Value(-1), function="split_part", output_field=models.CharField()),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    created_at = models.DateTimeField(_("since"), editable=False)
    is_counted = models.BooleanField(
        _("counted"), default=True, db_default=True, help_text=_("Whether what they open and follow may be counted.")
    )
    counted_from = models.DateTimeField(
        _("counted again since"), null=True, blank=True, editable=False,
        help_text=_("What was sent before is not counted, for what was known of it went."),
    )  # fmt: skip
    last_sign_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="recipient_email_unique"),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="recipient_email_is_lower_case"),
        ]
        indexes = [
            # The desk looks for beginnings; the others are few.
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="recipient_email_begins"),
            models.Index(fields=["id"], condition=Q(is_counted=False), name="recipient_uncounted"),
        ]

    def __str__(self) -> str:
        return self.email


class Suppression(models.Model):
    """A stream that must not be written to any more, and why."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("the address does not exist")
        COMPLAINT = "complaint", _("marked as spam")
        ASKED = "asked", _("asked us to stop")
        STAFF = "staff", _("stopped by staff")

    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="suppressions"
    )
    stream = models.CharField(_("stream"), max_length=16, choices=Stream.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    detail = models.CharField(_("what the other side said"), max_length=500, blank=True)
    rules = models.PositiveSmallIntegerField(
        _("by the rules"), null=True, help_text=_("The version by which a bounce was judged; empty: by none.")
    )
    suppressed_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [models.UniqueConstraint(fields=["recipient", "stream"], name="suppression_once_per_stream")]
        indexes = [models.Index(fields=["suppressed_at"], name="suppression_by_day")]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.get_stream_display()}"


class Signup(models.Model):
    """Somebody's wish to get a newsletter. Becomes real when they confirm it from their own mailbox."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    class Rhythm(models.TextChoices):
        EVERY = "every", _("every edition")
        WEEKLY = "weekly", _("one letter a week")

    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="signups"
    )
    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="signups"
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    source = models.CharField(_("signed up at"), max_length=200, blank=True)
    consent_text = models.TextField(_("what they agreed to"), blank=True)
    address_hash = models.CharField(_("network address, hashed"), max_length=64, blank=True)
    requested_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    paused_until = models.DateField(
        _("paused until"), null=True, blank=True, help_text=_("Editions come again from this day on.")
    )

    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm.choices, default=Rhythm.EVERY)

    objects = SignupQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "newsletter"], name="signup_once_per_newsletter"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="signup_confirmed_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | Q(left_at__isnull=False), name="signup_left_has_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["newsletter"], condition=Q(state="confirmed"), name="signup_audience"),
            models.Index(fields=["newsletter", "-id"], name="signup_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.newsletter}"
