"""Ghost's export of members: Members → … → Export all members. ``id,email,…,subscribed_to_emails,…,created_at,…``.

Members confirm by the link with which they sign in first, so the day they came is what proves their consent.
"""

from __future__ import annotations

from memberships.importing.incoming import Row
from newsletters.importing.incoming import Export, Said, Standing


def _said(row: Row) -> Said | None:
    if row.text("deleted_at"):
        return None
    gets_mail = row.flag("subscribed_to_emails")
    return Said(Standing.SUBSCRIBED if gets_mail else Standing.UNSUBSCRIBED, asked_at=row.moment("created_at"))


EXPORT = Export(
    address=("email",),
    columns=frozenset(("id", "email", "name", "subscribed_to_emails", "created_at", "deleted_at", "labels")),
    required=(("subscribed_to_emails",),),
    kept=("id", "created_at", "subscribed_to_emails"),
    said=_said,
)
