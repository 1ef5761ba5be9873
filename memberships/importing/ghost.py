"""Ghost's export of members: Members → … → Export all members.

``id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers``.
It names a tier for whoever pays, and a Stripe customer also for whoever paid once: Stripe has to say the rest. Before
Ghost 5 there were no tiers; then nobody counts as paying until Stripe says so.
"""

from __future__ import annotations

from memberships.importing.incoming import Claim, Export, IncomingMember, Row

_COLUMNS = (
    "email name subscribed_to_emails complimentary_plan stripe_customer_id stripe_subscription_id created_at "
    "deleted_at tiers"
)


def _member(row: Row, email: str) -> IncomingMember | None:
    if row.text("deleted_at"):
        return None
    is_comp = row.flag("complimentary_plan")
    customer = row.reference("cus", "stripe_customer_id")
    tier = row.text("tiers")
    pays = bool(customer) and not is_comp and bool(tier)
    return IncomingMember(
        line=row.line,
        email=email,
        name=row.text("name"),
        claim=Claim.COMP if is_comp else Claim.PAID if pays else Claim.FREE,
        customer_ref=customer,
        subscription_ref=row.reference("sub", "stripe_subscription_id"),
        joined_at=row.moment("created_at"),
        wants_mail=row.maybe("subscribed_to_emails"),
        plan_name=tier,
    )


EXPORT = Export(
    address=("email",),
    columns=frozenset(_COLUMNS.split()),
    required=(("stripe_customer_id",), ("complimentary_plan",)),
    member=_member,
)
