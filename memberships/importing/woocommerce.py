"""WooCommerce's subscriptions, as its exporting plugins write them, with the ids of the Stripe gateway.

``subscription_status,start_date,next_payment_date,end_date,order_items,payment_method_post_meta,billing_email`` are
among its columns. The shop charges by itself: nothing at Stripe renews. What is known there is the customer and the
card, in columns of their own (``_stripe_customer_id``, also with ``meta:`` before it) or together as
``name:value|name:value``.
"""

from __future__ import annotations

from memberships.importing.incoming import Claim, Export, IncomingMember, Row

_COLUMNS = (
    "subscription_status status billing_email customer_email billing_first_name billing_last_name start_date "
    "next_payment_date end_date order_items _stripe_customer_id _stripe_source_id meta:_stripe_customer_id "
    "meta:_stripe_source_id payment_method_post_meta"
)
_ACTIVE, _ENDING = "active", "pending-cancel"


def _member(row: Row, email: str) -> IncomingMember:
    status = row.text("subscription_status", "status").lower().removeprefix("wc-")
    until = row.moment("next_payment_date") if status == _ACTIVE else row.moment("end_date", "next_payment_date")
    runs = status in {_ACTIVE, _ENDING}
    return IncomingMember(
        line=row.line,
        email=email,
        name=" ".join(filter(None, (row.text("billing_first_name"), row.text("billing_last_name")))),
        claim=Claim.PAID if runs else Claim.FREE,
        renews=status == _ACTIVE,
        customer_ref=_kept(row, "_stripe_customer_id", "cus"),
        card_ref=_kept(row, "_stripe_source_id", "pm src card"),
        paid_until=until if runs else None,
        joined_at=row.moment("start_date"),
        plan_name=row.text("order_items"),
    )


def _kept(row: Row, name: str, kinds: str) -> str:
    """What the gateway keeps under the name, wherever the export writes it."""
    pairs = (pair.partition(":") for pair in row.text("payment_method_post_meta").split("|"))
    together = {key.strip(): value.strip() for key, _colon, value in pairs}
    value = row.reference(kinds, name, f"meta:{name}")
    return value or (found if (found := together.get(name, "")).startswith(tuple(kinds.split())) else "")


EXPORT = Export(
    address=("billing_email", "customer_email"),
    columns=frozenset(_COLUMNS.split()),
    required=(("subscription_status", "status"), ("next_payment_date",)),
    member=_member,
)
