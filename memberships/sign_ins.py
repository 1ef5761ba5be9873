"""The log of sign-ins: how somebody came in, when, on what and from which network; a year of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from memberships.devices import device_of, network_of
from memberships.models import SignIn, User

KEPT_FOR = timedelta(days=365)
_WAYS = {
    "password": SignIn.Way.PASSWORD,
    "socialaccount": SignIn.Way.PROVIDER,
    # Whoever forgot their password proves themselves by the code that is mailed for it.
    "password_reset": SignIn.Way.CODE,
    "code": SignIn.Way.CODE,
}


def record(user: User, way: SignIn.Way, address: str, user_agent: str, at: datetime) -> SignIn:
    """Write a sign-in down. Of the address and the browser only what :mod:`memberships.devices` keeps is written."""
    device = device_of(user_agent)
    return SignIn.objects.create(
        user=user, way=way, at=at, network=network_of(address), browser=device.browser, system=device.system
    )


def way_of(steps: Sequence[Mapping[str, Any]]) -> SignIn.Way:
    """The way somebody came in, by the steps that allauth noted on it.

    A second factor is no way of its own. Where nothing is noted an account was just opened, which takes a mailed code.
    """
    for step in reversed(steps):
        if step.get("method") == "mfa" and step.get("passwordless"):
            return SignIn.Way.PASSKEY
        if step.get("method") in _WAYS:
            return _WAYS[step["method"]]
    return SignIn.Way.CODE


def forget_old(at: datetime) -> int:
    """Delete what is older than a year; answers how much that was."""
    return SignIn.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
