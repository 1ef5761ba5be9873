"""Webhooks written by hand, for what Stripe would never send and somebody else might."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from itertools import count

from memberships import clock
from memberships.stripe.client import API_VERSION
from tests.memberships.conftest import SECRET
from tests.memberships.local_stripe import Delivery

_numbers = count(1)


def event(type_: str = "customer.subscription.updated", subject: object = None, **fields: object) -> dict[str, object]:
    return {
        "id": f"evt_{next(_numbers)}",
        "object": "event",
        "type": type_,
        "api_version": API_VERSION,
        "livemode": False,
        "data": {"object": subject},
        **fields,
    }


def signed(
    content: object, *, secret: str = SECRET, sent_ago: timedelta = timedelta(0), raw: bytes | None = None
) -> Delivery:
    """A delivery whose signature is right for its body, made with this secret so long ago."""
    body = json.dumps(content).encode() if raw is None else raw
    stamp = int((clock.machine_now() - sent_ago).timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return Delivery(body, f"t={stamp},v1={mac}")
