"""Where staff see an object at Stripe: in its dashboard, live or test as the key is, or at the local stand-in."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from memberships.stripe import client

_DASHBOARD = "https://dashboard.stripe.com"


def address_of(kind: str, stripe_id: str | None) -> str:
    """The page of an object, such as ``subscriptions`` and its id; empty where it is not at Stripe yet.

    The stand-in has no page of one object, so there it is the one that shows everything.
    """
    if not stripe_id:
        return ""
    if settings.STRIPE_API_BASE:
        return f"{settings.STRIPE_API_BASE}/_stand_in/"
    mode = "" if client.is_live() else "/test"
    return f"{_DASHBOARD}{mode}/{kind}/{quote(stripe_id)}"
