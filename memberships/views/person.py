"""Pages that only somebody signed in sees."""

from __future__ import annotations

from django.http import HttpRequest

from memberships.models import User


class PersonRequest(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
