"""What the tests of pages share: a member at the browser, and a page as one line of text."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from memberships import clock
from memberships.models import Invoice, Subscription, User
from tests.memberships.builders import DAY, person, subscription

# What every page of somebody signed in asks: the session, the person, their network, what they hold. The sections are
# asked once in a while; a test that counts has them asked before.
FRAME = 4


def member(client, **fields) -> User:
    user = person(name="Nour", time_zone="Asia/Beirut")
    subscription(user, **fields)
    client.force_login(user)
    return user


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def invoices(user: User, number: int) -> None:
    row = Subscription.objects.get(customer__user=user)
    for each in range(number):
        Invoice.objects.create(
            customer=row.customer,
            subscription=row,
            stripe_id=f"in_{user.pk}_{each}",
            number=f"C-{each}",
            status="paid",
            currency="usd",
            amount_due=30000,
            amount_paid=30000,
            issued_at=clock.now() - each * 365 * DAY,
            synced_at=clock.now(),
        )


def day_in_beirut(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo("Asia/Beirut"))
    return f"{local.day} {local:%B %Y}"
