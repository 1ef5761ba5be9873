"""Substack's list of subscribers: Settings → Exports, or the one its support sends with the ids of Stripe.

``email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at`` or
``email,expiry,email_disabled,stripe_connected_customer_id,type,created_at``. The first names nobody at Stripe: the
customers of the connected account are looked for by their address.
"""

from __future__ import annotations

from memberships.importing.incoming import Claim, Export, IncomingMember, Row

_COLUMNS = (
    "email name active_subscription expiry plan type email_disabled created_at first_payment_at "
    "stripe_connected_customer_id stripe_customer_id"
)
_GIVEN = frozenset(("comp", "gift"))
# Whoever had Substack delete them stands in the list under an address there.
_DELETED = "@deletion-request.substack.com"


def _member(row: Row, email: str) -> IncomingMember | None:
    if email.lower().endswith(_DELETED):
        return None
    kind = row.text("type", "plan").lower()
    # The older list has no column that says whether it still runs.
    runs = row.maybe("active_subscription") if row.text("active_subscription") else kind in {"paid", *_GIVEN}
    given = kind in _GIVEN
    disabled = row.maybe("email_disabled")
    return IncomingMember(
        line=row.line,
        email=email,
        name=row.text("name"),
        claim=Claim.FREE if not runs else Claim.COMP if given else Claim.PAID,
        renews=not given,
        customer_ref=row.reference("cus", "stripe_connected_customer_id", "stripe_customer_id"),
        paid_until=row.moment("expiry"),
        joined_at=row.moment("created_at"),
        wants_mail=None if disabled is None else not disabled,
        plan_name=kind,
    )


EXPORT = Export(
    address=("email",),
    columns=frozenset(_COLUMNS.split()),
    required=(("email_disabled",), ("type", "active_subscription")),
    member=_member,
)
