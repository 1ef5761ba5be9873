"""What happened at Stripe, as it lists it for thirty days."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from memberships.stripe.client import PAGE, all_pages, sdk, translated

# The most types that one question may name.
_TYPES = 20


@translated
def undelivered_events(types: Sequence[str], since: datetime) -> list[dict[str, Any]]:
    """The events of these types since then that some endpoint has not taken, the oldest first, as Stripe says them."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(types), _TYPES):
        params: dict[str, Any] = {
            "types": list(types[start : start + _TYPES]),
            "created": {"gte": int(since.timestamp())},
            "delivery_success": False,
            "limit": PAGE,
        }
        # The SDK makes numbers of what stands there as text, such as `unit_amount_decimal`.
        found += (json.loads(json.dumps(event, default=str)) for event in all_pages(sdk().v1.events.list, params))
    return sorted(found, key=lambda event: (event.get("created", 0), event.get("id", "")))
