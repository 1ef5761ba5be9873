"""Where somebody is signed in, and ending it: one device, all others, or everything at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet

from memberships import audit
from memberships.devices import device_of, network_of
from memberships.models import SignIn, User

MOST_SHOWN = 50


@dataclass(frozen=True)
class Place:
    """One browser somebody is signed in with; ``number`` names it among all of them."""

    number: int
    device: str
    network: str
    since: datetime
    is_here: bool


def places_of(user: User, at: datetime, here: str | None = None) -> list[Place]:
    """Where the person is signed in at the machine's moment ``at``, the newest first; two queries.

    ``here`` is the key of the session that asks. A session that is over, or was made void, is left out.
    """
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:MOST_SHOWN])
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at)
    valid = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    good = {each.session_key for each in stored if each.get_decoded().get(HASH_SESSION_KEY) in valid}
    return [_place(row, here) for row in rows if row.session_key in good]


def end(user: User, number: int) -> bool:
    """Sign the person out in one place; whether they were signed in there."""
    return _end(UserSession.objects.filter(user=user, pk=number)) > 0


def end_others(user: User, here: str | None) -> int:
    """Sign the person out everywhere but here; answers in how many places that was."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=here or ""))


@transaction.atomic
def end_all(user: User, reason: str, actor: User, at: datetime) -> None:
    """Sign somebody out everywhere for a reason, the desk included, also where nobody knows that they are."""
    User.objects.filter(pk=user.pk).update(signed_out_times=F("signed_out_times") + 1)
    ended = _end(UserSession.objects.filter(user=user))
    audit.record(
        "signed out everywhere",
        actor=actor,
        subject_kind="user",
        subject_id=user.public_id,
        subject_label=user.email,
        at=at,
        reason=reason,
        places=ended,
    )


@transaction.atomic
def _end(rows: QuerySet[UserSession]) -> int:
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    return int(rows.delete()[0])


def _place(row: UserSession, here: str | None) -> Place:
    known = device_of(row.user_agent)
    device = SignIn(browser=known.browser, system=known.system).device
    return Place(row.pk, device, network_of(row.ip), row.created_at, row.session_key == here)
