"""What a forecast takes and gives: what is known of a membership, and the steps that are ahead of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from memberships.models import Charge, Happening, Invoice, PriceMove, Subscription

Kind = Happening.Kind


class What(StrEnum):
    """What a step is: money that is taken, asked for or not got, a mail, or reading that begins or ends."""

    CHARGE = "charge"
    BILL = "bill"
    CHARGE_FAILS = "charge_fails"
    MAIL = "mail"
    OPENS = "opens"
    CLOSES = "closes"


class OfAGift(models.TextChoices):
    """Mails about gifts that come by the calendar: to whom reads one, and to whom gave one that nobody claimed."""

    ENDING = "gift_ending", _("gift is about to end")
    WAITING = "gift_waiting", _("gift waits to be claimed")


@dataclass(frozen=True)
class Step:
    """``charge`` is of the three that are money, ``mail`` the turn that is told, ``product`` the slug that is read."""

    at: datetime
    what: What
    charge: Charge | None = None
    mail: Kind | OfAGift | None = None
    product: str = ""


@dataclass(frozen=True)
class Known:
    """What the mirror holds of one subscription.

    ``owed`` is its oldest unpaid invoice, ``told`` what was told of it (kind and period). ``move`` is a standing move
    of its price, with the renewal that was announced, if one was; ``rested_at`` is when a rest that lasts began.
    """

    subscription: Subscription
    owed: Invoice | None = None
    told: frozenset[tuple[str, str]] = frozenset()
    move: PriceMove | None = None
    announced_for: datetime | None = None
    rested_at: datetime | None = None


@dataclass(frozen=True)
class HeldGift:
    """A gift somebody has claimed. One that waits moves behind the membership each time that is renewed."""

    product: str
    months: int
    starts_at: datetime
    ends_at: datetime
    is_end_told: bool = False


@dataclass(frozen=True)
class GivenGift:
    """A gift somebody gave and nobody has claimed yet; it runs out."""

    expires_at: datetime
    is_told: bool = False


@dataclass(frozen=True)
class Gifts:
    held: tuple[HeldGift, ...] = ()
    given: tuple[GivenGift, ...] = ()
