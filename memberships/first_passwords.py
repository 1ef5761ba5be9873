"""The password somebody chose as they signed up: theirs once the same browser has come in by the code.

Until then the account has none. Whoever types a stranger's address must not leave a password behind that opens the
account when its owner confirms the address later.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY

from memberships.models import User

_KEY = "first_password"


def put_aside(session: MutableMapping[str, Any], user: User) -> None:
    """Take the password off a new account and keep its hash in the session."""
    if user.has_usable_password():
        session[_KEY] = {"user": str(user.public_id), "hash": user.password}
        user.set_unusable_password()


def settle(session: MutableMapping[str, Any], user: User) -> None:
    """Give the account the password that waits for it: its owner has just come in, in this session, which goes on."""
    kept = session.pop(_KEY, None)
    if kept is not None and kept["user"] == str(user.public_id) and not user.has_usable_password():
        user.password = kept["hash"]
        user.save(update_fields=["password"])
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
