"""What another system left at the local Stripe, its export, and the acts of a move."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from memberships import clock
from memberships.importing import moving_in
from memberships.importing.moving_in import Wish
from memberships.models import MovingIn, MovingRow
from tests.memberships.builders import pro
from tests.memberships.local_stripe import LocalStripe

GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers"
)


def old_price(stripe: LocalStripe, amount: int = 900, interval: str = "month") -> str:
    product = stripe.api("POST", "products", name="Supporters of the old site")["id"]
    recurring = {"recurring[interval]": interval, "nickname": "Supporter"}
    return stripe.api("POST", "prices", product=product, unit_amount=amount, currency="usd", **recurring)["id"]


def old_customer(stripe: LocalStripe, email: str, *, card: str = "tok_visa") -> str:
    customer = stripe.api("POST", "customers", email=email)["id"]
    method = stripe.api("POST", "payment_methods", type="card", **{"card[token]": card})["id"]
    stripe.api("POST", f"payment_methods/{method}/attach", customer=customer)
    stripe.api("POST", f"customers/{customer}", **{"invoice_settings[default_payment_method]": method})
    return customer


def old_member(stripe: LocalStripe, email: str, price: str, **more: object) -> tuple[str, str]:
    """The ids of a customer and of the subscription that runs for them."""
    customer = old_customer(stripe, email)
    made = stripe.api("POST", "subscriptions", customer=customer, **{"items[0][price]": price}, **more)
    return customer, made["id"]


def ghost(*people: dict[str, str]) -> bytes:
    """Ghost's export of these people."""
    written = io.StringIO()
    table = csv.DictWriter(written, GHOST.split(","), restval="")
    table.writeheader()
    for each in people:
        table.writerow({"created_at": "2024-02-03T10:00:00.000Z", "complimentary_plan": "false", **each})
    return written.getvalue().encode()


def woocommerce(*people: dict[str, str]) -> bytes:
    written = io.StringIO()
    columns = "subscription_status,billing_email,next_payment_date,end_date,order_items,_stripe_customer_id,start_date"
    table = csv.DictWriter(written, columns.split(","), restval="")
    table.writeheader()
    table.writerows(people)
    return written.getvalue().encode()


def brought(raw: bytes, source: str = "ghost", **wish: object) -> MovingIn:
    """The file, looked at."""
    at = clock.now()
    values = {"product": pro(), "comps_until": at + timedelta(days=365), **wish}
    begun = moving_in.begin(Wish(source, "members.csv", **values), moving_in.read(source, raw), None, at)
    return worked(begun)


def worked(begun: MovingIn) -> MovingIn:
    while moving_in.work(clock.now):
        pass
    begun.refresh_from_db()
    return begun


def moved(begun: MovingIn) -> MovingIn:
    moving_in.start(begun)
    return worked(begun)


def row(begun: MovingIn, email: str) -> MovingRow:
    return begun.rows.get(email=email)


def verdict(begun: MovingIn, email: str) -> tuple[str, str]:
    found = row(begun, email)
    return found.outcome, found.why
