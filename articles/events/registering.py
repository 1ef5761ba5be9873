"""Places at events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Event, Registration
from memberships.access import Item, Reader, Reason, Verdict, decide
from memberships.models import User

DOORS_OPEN_BEFORE = timedelta(minutes=30)


class RegistrationError(Exception):
    """Why somebody cannot have a place, as a sentence for them."""


def may_register(event: Event, reader: Reader, at: datetime) -> Verdict:
    """The access decision for an event: the same rule as for a text."""
    return decide(reader, Item(access=event.access, product=event.product.slug if event.product else None), at)


def register(event: Event, user: User, reader: Reader, at: datetime, question: str = "") -> Registration:
    """Give ``user`` a place; asking again keeps the place and takes the newer question.

    The event's row is locked, so the last place is given once.

    Raises:
        RegistrationError: it is over, full, or for others.
    """
    verdict = may_register(event, reader, at)
    if not verdict.is_granted:
        raise RegistrationError(
            _("Sign in first, then register.")
            if verdict.reason == Reason.NEEDS_LOGIN
            else _("This event is for members.")
        )
    with transaction.atomic():
        locked = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
        if locked.ends_at <= at:
            raise RegistrationError(_("This event is over."))
        held = Registration.objects.filter(event=locked, user=user).first()
        if (held is None or held.cancelled_at) and is_full(locked):
            raise RegistrationError(_("Every place is taken. Places that are given back appear here."))
        registration, _created = Registration.objects.update_or_create(
            event=locked,
            user=user,
            defaults={"question": question, "cancelled_at": None},
            create_defaults={"question": question, "registered_at": at},
        )
    return registration


def leave(event: Event, user: User, at: datetime) -> bool:
    """Give a place back; answers whether there was one."""
    return bool(Registration.objects.filter(event=event, user=user, cancelled_at=None).update(cancelled_at=at))


def is_full(event: Event) -> bool:
    return event.capacity is not None and taken(event) >= event.capacity


def taken(event: Event) -> int:
    return Registration.objects.filter(event=event, cancelled_at=None).count()


def has_place(event: Event, user: User) -> bool:
    return Registration.objects.filter(event=event, user=user, cancelled_at=None).exists()


def doors_are_open(event: Event, at: datetime) -> bool:
    return event.starts_at - DOORS_OPEN_BEFORE <= at < event.ends_at
