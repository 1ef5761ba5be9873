"""Live questions and answers, and evenings in a room."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.media import Picture
from articles.models.taxonomy import UNCOUNTED, Access, Author
from articles.querysets import EventQuerySet
from memberships.models import Product
from memberships.models.users import validate_time_zone


class Event(models.Model):
    class Kind(models.TextChoices):
        LIVE = "live", _("live video Q&A")
        IN_PERSON = "in_person", _("in person")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=120, unique=True, allow_unicode=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.LIVE)
    title = models.CharField(_("title"), max_length=200)
    standfirst = models.TextField(_("standfirst"), max_length=600, blank=True)
    description = models.TextField(_("description"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    place = models.CharField(_("place"), max_length=200, blank=True)
    stream_url = models.URLField(
        _("stream"),
        blank=True,
        help_text=_("Shown only to people who are registered, from half an hour before the start."),
    )
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, help_text=_("Empty: no limit."))
    access = models.CharField(_("open to"), max_length=16, choices=UNCOUNTED, default=Access.REGISTERED)
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    speakers = models.ManyToManyField(Author, verbose_name=_("our speakers"), blank=True, related_name="events")
    guests = models.TextField(_("guests"), blank=True, help_text=_("One a line: name, role."))
    is_published = models.BooleanField(_("published"), default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_it_starts",
                violation_error_message=_("The event must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(access="product") | Q(product__isnull=False),
                name="event_product_access_names_product",
                violation_error_message=_("Say which product opens it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])


class Registration(models.Model):
    """Somebody's place at an event."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="registrations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="registrations"
    )
    question = models.CharField(_("question for the speakers"), max_length=500, blank=True)
    registered_at = models.DateTimeField(_("registered"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at"]
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="registration_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.event}"
