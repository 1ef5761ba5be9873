"""Somebody at the desk looks at the site as one reader sees it: for a quarter of an hour, without touching anything.

That somebody looks stands in their own session, and nothing else of them changes. What may be looked at and what not is
held by ``newsroom/looking.py``, which puts the reader in the place of the colleague.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from memberships import audit
from memberships.models import User

LASTS = timedelta(minutes=15)
_KEY = "looking_as"

Session = MutableMapping[str, Any]


class LookRefused(Exception):
    """Nobody looks; the message says why."""


@dataclass(frozen=True)
class Look:
    """Who looks as whom, and until when."""

    by: User
    reader: User
    until: datetime


def begin(session: Session, reader: User, by: User, reason: str, at: datetime) -> None:
    """Raises LookRefused: as somebody who works here nobody looks, since that would lend their rights."""
    if reader.is_staff or reader.is_superuser:
        raise LookRefused(_("Nobody looks as somebody who works here."))
    if not reader.is_active:
        raise LookRefused(_("The account is closed."))
    session[_KEY] = {"reader": reader.pk, "by": by.pk, "until": (at + LASTS).timestamp()}
    _record("look began", reader, by, at, reason=reason, until=(at + LASTS).isoformat())


def current(session: Session, by: User, at: datetime) -> Look | None:
    """The look of this session; ``None`` where there is none. One whose time is over, or that is no longer allowed,
    ends here."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    until = datetime.fromtimestamp(kept["until"], UTC)
    reader = User.objects.filter(pk=kept["reader"], is_active=True, is_staff=False, is_superuser=False).first()
    if kept["by"] != by.pk or reader is None or at >= until or not by.has_perm("memberships.look_as_user"):
        end(session, by, min(at, until))
        return None
    return Look(by, reader, until)


def end(session: Session, by: User, at: datetime) -> bool:
    """Look no longer; false where nobody did."""
    kept = session.pop(_KEY, None)
    reader = User.objects.filter(pk=kept["reader"]).first() if kept else None
    if reader is not None:
        _record("look ended", reader, by, at)
    return kept is not None


def is_only_looking(request: HttpRequest) -> bool:
    """Whether a colleague sees this page in a reader's place, so that nothing of it may be counted as theirs."""
    return getattr(request, "look", None) is not None


def _record(verb: str, reader: User, by: User, at: datetime, **more: str) -> None:
    audit.record(
        verb,
        actor=by,
        subject_kind="user",
        subject_id=reader.public_id,
        subject_label=reader.email,
        at=at,
        **more,
    )
