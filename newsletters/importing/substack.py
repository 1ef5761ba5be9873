"""Substack's list of subscribers: Settings → Exports. ``email,active_subscription,expiry,email_disabled,created_at,…``.

It has no network addresses and no moment of confirming: what proves a consent is the day somebody signed up.
"""

from __future__ import annotations

from memberships.importing.incoming import Row
from newsletters.importing.incoming import Export, Said, Standing

# Whoever had Substack delete them stands in the list under an address there.
_DELETED = "@deletion-request.substack.com"


def _said(row: Row) -> Said | None:
    if row.text("email").lower().endswith(_DELETED):
        return None
    left = row.flag("email_disabled")
    return Said(Standing.UNSUBSCRIBED if left else Standing.SUBSCRIBED, asked_at=row.moment("created_at"))


EXPORT = Export(
    address=("email",),
    columns=frozenset(("email", "email_disabled", "created_at", "active_subscription", "expiry", "type", "plan")),
    required=(("email_disabled",),),
    kept=("created_at", "email_disabled"),
    said=_said,
)
