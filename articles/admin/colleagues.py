"""Who is at the desk, and what they may do there."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from memberships.models import User


def colleague(request: HttpRequest) -> User:
    """Whoever asks; behind the desk's sign-in that is always somebody."""
    return cast("User", request.user)


def may_publish(user: User) -> bool:
    return user.has_perm("articles.publish_article")


def require_publishing(request: HttpRequest) -> None:
    """Raise PermissionDenied, with a sentence for the 403 page, unless this person publishes."""
    if not may_publish(colleague(request)):
        raise PermissionDenied(_("Only editors publish, schedule, correct or retract. Submit it to the desk instead."))


def require(request: HttpRequest, permission: str) -> None:
    """Raise PermissionDenied, with a sentence for the 403 page, unless this person has ``articles.<permission>``."""
    if not colleague(request).has_perm(f"articles.{permission}"):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
