"""What only Django knows about who is asking, found out without rendering anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections
from django.http import HttpRequest

from memberships import trials
from memberships.access import Reader
from memberships.models import Plan, User
from memberships.readers import reader_for
from newsroom.pagecache.variant import Tier


@contextmanager
def outside_a_request() -> Iterator[None]:
    """Look after the database connection as Django does at both ends of a request."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def tier_of(user: User | AnonymousUser, reader: Reader, at: datetime) -> Tier:
    """Where somebody stands at the moment, in the words copies are named by."""
    return Tier(
        is_signed_in=reader.is_signed_in,
        products=tuple(sorted({grant.product for grant in reader.grants if grant.covers(at)})),
        trials=_trials(user),
        is_staff=reader.is_staff,
    )


def tier_behind(session_key: str, at: float) -> tuple[Tier, int | None, float]:
    """The tier of whoever's session that is, their primary key (``None``: nobody's) and when the first right ends."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    moment = datetime.fromtimestamp(at, UTC)
    with outside_a_request():
        user = get_user(request)
        reader = reader_for(user if isinstance(user, User) else None, moment)
        tier = tier_of(user if isinstance(user, User) else AnonymousUser(), reader, moment)
    ends = [grant.ends_at.timestamp() for grant in reader.grants if grant.ends_at is not None]
    return tier, user.pk, min(ends, default=float("inf"))


def _trials(user: User | AnonymousUser) -> tuple[str, ...]:
    """What a person may still try for free. A stranger is offered every trial, which needs no saying."""
    if not isinstance(user, User):
        return ()
    plans = Plan.objects.filter(audience=Plan.Audience.PERSON, is_offered=True).select_related("product")
    return tuple(sorted({plan.product.slug for plan in plans if trials.is_entitled(user, plan.product)}))
