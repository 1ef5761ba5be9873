"""Who asks for pages: browsers, signed in or not."""

from __future__ import annotations

from django.test import Client

from memberships.models import User
from tests.factories.memberships import make_member, make_reader, make_staff


class Browser(Client):
    """Django's test client, and who is signed in with it."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.user = user
        if user is not None:
            self.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def anonymous() -> Browser:
    return Browser()


def reader() -> Browser:
    """Somebody with an account who holds nothing."""
    return Browser(make_reader())


def member() -> Browser:
    return Browser(make_member())


def lapsed() -> Browser:
    """Somebody whose membership ran out yesterday."""
    return Browser(make_member("Lapsed", days=-1))


def journalist() -> Browser:
    return Browser(make_staff("Journalist"))


def editor() -> Browser:
    return Browser(make_staff("Editor"))
