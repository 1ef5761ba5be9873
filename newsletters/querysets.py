"""The questions one asks of the newsletters tables, by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    # Named in the bases below, as text.
    from newsletters.models import (  # noqa: F401
        Delivery,
        Edition,
        EditionItem,
        Message,
        Newsletter,
        Run,
        Signup,
        Sponsorship,
        Step,
    )


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def offered(self) -> NewsletterQuerySet:
        return self.filter(is_active=True)

    def free(self) -> NewsletterQuerySet:
        """Those that anybody may have, with an account or without."""
        return self.filter(product__isnull=True, needs_account=False)

    def premium(self) -> NewsletterQuerySet:
        return self.filter(product__isnull=False)


class SignupQuerySet(models.QuerySet["Signup"]):
    def confirmed(self) -> SignupQuerySet:
        return self.filter(state="confirmed")

    def awake(self, day: date) -> SignupQuerySet:
        """Those that are confirmed and not paused on the day."""
        return self.confirmed().exclude(paused_until__gt=day)


class EditionQuerySet(models.QuerySet["Edition"]):
    def due(self, at: datetime) -> EditionQuerySet:
        """Editions that may be frozen and sent now."""
        return self.filter(state="approved", due_at__lte=at)

    def ahead(self, followed_until: datetime, settled_until: datetime) -> EditionQuerySet:
        """Those composed ahead of their moment, whose stories are older than the one moment, or which were due by the
        other. Once an edition is settled, its stories reach up to where it was due."""
        is_old = Q(covers_until__lte=followed_until) | Q(due_at__lte=settled_until)
        waiting = self.filter(state="composed", kind="regular", is_primary=True, newsletter__is_active=True)
        return waiting.filter(is_old, covers_until__lt=F("due_at"))

    def sending(self) -> EditionQuerySet:
        return self.filter(state="sending")

    def in_archive(self, at: datetime) -> EditionQuerySet:
        """Editions whose web page exists: primary ones that went out."""
        return self.filter(is_primary=True, state__in=["sending", "sent"], due_at__lte=at)


class EditionItemQuerySet(models.QuerySet["EditionItem"]):
    def shown(self) -> EditionItemQuerySet:
        """The stories that readers see. One that editors dropped is kept for the desk alone."""
        return self.filter(is_dropped=False)


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    def between(self, first: date, last: date) -> SponsorshipQuerySet:
        """Those that are sold on any of the days."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def shown_on(self, day: date) -> SponsorshipQuerySet:
        return self.between(day, day).filter(reviewed_at__isnull=False)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def of_edition(self, edition: Edition) -> DeliveryQuerySet:
        """The copies of one edition, looked for in its own partition only."""
        return self.filter(edition=edition, edition_on=edition.edition_on)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, at: datetime) -> MessageQuerySet:
        return self.filter(Q(not_before__isnull=True) | Q(not_before__lte=at), state="queued")

    def undeliverable(self) -> MessageQuerySet:
        """Messages that certainly never arrive: refused or given up, to a lost address, bounced for good.

        Some providers report a bounce under an id of their own, which names no message. It stops newsletters, as what
        cannot be told does, and says as much of a message that was written to the address before.
        """
        is_lost = Q(
            state__in=["accepted", "uncertain"],
            recipient__suppressions__stream="newsletters",
            recipient__suppressions__reason="hard_bounce",
            recipient__suppressions__suppressed_at__gte=F("created_at"),
        )
        return self.filter(Q(state__in=["failed", "suppressed", "bounced"]) | is_lost)


class StepQuerySet(models.QuerySet["Step"]):
    def in_order(self) -> StepQuerySet:
        return self.order_by("position", "pk")

    def behind(self, step: Step) -> StepQuerySet:
        """What comes after a step of the same journey, as the steps stand now."""
        behind = Q(position__gt=step.position) | Q(position=step.position, pk__gt=step.pk)
        return self.filter(behind, journey=step.journey_id).in_order()


class RunQuerySet(models.QuerySet["Run"]):
    def running(self) -> RunQuerySet:
        return self.filter(state="running")

    def due(self, at: datetime) -> RunQuerySet:
        """Runs that go on now."""
        return self.running().filter(due_at__lte=at)
