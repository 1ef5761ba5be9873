"""Companies that read together: the inquiry they begin with, the team, its seats and its networks."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from memberships.fields import CidrField
from memberships.models.plans import Product
from memberships.querysets import InquiryQuerySet, NetworkQuerySet, SeatQuerySet


class Team(models.Model):
    """A company that holds seats. Its right to read is an ``Entitlement``; who shares it is a ``Seat``."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="teams_owned",
        help_text=_("Invites colleagues. Counts as a seat only when seated."),
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="teams")
    seat_limit = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), help_text=_("The first day without access."))
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(seat_limit__gte=1), name="team_has_a_seat"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="team_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name


class Inquiry(models.Model):
    """What a company wrote to the team page, and what became of it."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        IN_TALKS = "in_talks", _("in talks")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("work email"))
    company = models.CharField(_("company"), max_length=160)
    seats = models.PositiveIntegerField(_("how many readers"), validators=[MinValueValidator(2)])
    message = models.TextField(_("message"), blank=True, max_length=4000)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.NEW)
    team = models.OneToOneField(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="inquiry",
        editable=False,
    )
    received_at = models.DateTimeField(_("received"), editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("team inquiry")
        verbose_name_plural = _("team inquiries")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.company} ({self.seats})"


class Seat(models.Model):
    """One reader's place in a team. A pending invitation holds it until it runs out or turns out not to arrive."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACTIVE = "active", _("reading")
        RELEASED = "released", _("released")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="seats")
    email = models.EmailField(_("email address"), help_text=_("Where the invitation went."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seats",
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.INVITED)
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("invitation ends"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    bounced_at = models.DateTimeField(
        _("not delivered"), null=True, blank=True, help_text=_("When it was known that the invitation cannot arrive.")
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["invited_at", "id"]
        constraints = [
            models.UniqueConstraint(
                F("team"), Lower("email"), condition=~Q(state="released"), name="seat_address_once_per_team"
            ),
            models.UniqueConstraint(
                fields=["team", "user"], condition=Q(state="active"), name="seat_reader_once_per_team"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(user__isnull=False, accepted_at__isnull=False),
                name="seat_active_has_reader",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False), name="seat_released_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | Q(state="released"), name="seat_not_delivered_is_released"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "state"], name="seat_by_user"),
            models.Index(F("team"), Lower("email"), F("id"), name="seat_by_address"),
            models.Index(fields=["id"], condition=Q(state="invited"), name="seat_offers"),
            models.Index(fields=["bounced_at"], condition=Q(bounced_at__isnull=False), name="seat_not_delivered"),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_state_display()}"

    @property
    def offer(self) -> str:
        """What tells this invitation from any other, of this seat or of another to the same address."""
        return f"{self.public_id}:{self.invited_at.isoformat()}"


class Network(models.Model):
    """An address range of a team from which everybody reads."""

    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="networks")
    cidr = CidrField(_("address range"), help_text=_("For example 198.51.100.0/24 or 2001:db8::/48."))
    label = models.CharField(_("label"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["team", "cidr"]
        constraints = [
            models.UniqueConstraint(
                fields=["cidr"],
                condition=Q(ended_at__isnull=True),
                name="network_range_has_one_team",
                violation_error_message=_("This range belongs to a team already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cidr} {self.label}".strip()
