"""Memberful's export of members: Members → Export, all of them.

Among its columns are ``Full Name,Email,Stripe Customer ID,Plan,Active,Auto-renew,Expiration date,Created at``. Somebody
with several plans has a line for each.
"""

from __future__ import annotations

from memberships.importing.incoming import Claim, Export, IncomingMember, Row

_COLUMNS = (
    "full_name email stripe_customer_id plan active auto-renew autorenew auto_renew expiration_date created_at "
    "marketing_consent newsletter"
)
_RENEWS = ("auto-renew", "auto_renew", "autorenew")


def _member(row: Row, email: str) -> IncomingMember:
    customer = row.reference("cus", "stripe_customer_id")
    is_active = row.flag("active") and bool(row.text("plan"))
    return IncomingMember(
        line=row.line,
        email=email,
        name=row.text("full_name"),
        # Whoever is active without a customer at Stripe was let in by hand.
        claim=Claim.FREE if not is_active else Claim.PAID if customer else Claim.COMP,
        renews=row.maybe(*_RENEWS) is not False,
        customer_ref=customer,
        paid_until=row.moment("expiration_date") if is_active else None,
        joined_at=row.moment("created_at"),
        wants_mail=row.maybe("marketing_consent", "newsletter"),
        plan_name=row.text("plan"),
    )


EXPORT = Export(
    address=("email",),
    columns=frozenset(_COLUMNS.split()),
    required=(("active",), ("plan",)),
    member=_member,
)
