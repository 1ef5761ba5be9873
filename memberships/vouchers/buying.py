"""What is sold as a gift, and the row of one that is on its way to the till."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from memberships import consents
from memberships.consents import Press
from memberships.fields import lines
from memberships.models import Plan, User, Voucher
from memberships.selling import Buyer
from memberships.vouchers import wording

# Stripe allows between half an hour and a day.
OPEN_FOR = timedelta(minutes=45)
# When a gift arrives on its day, where its reader lives.
ARRIVES_AT = time(8)


@dataclass(frozen=True)
class Wish:
    """What somebody asked for; without an address and a moment where they hand it over themselves."""

    recipient_name: str
    recipient_email: str
    message: str
    deliver_at: datetime | None
    time_zone: str
    buyer_name: str
    buyer_email: str
    language: str


def on_sale(buyer: Buyer) -> list[Plan]:
    """The gifts somebody may buy, in the desk's order."""
    plans = Plan.objects.filter(audience=Plan.Audience.GIFT, is_offered=True).select_related("product")
    return [
        plan
        for plan in plans.order_by("position", "amount", "pk")
        if not plan.countries or buyer.country in lines(plan.countries)
    ]


def moment_of(day: date, time_zone: str, at: datetime) -> datetime:
    """When a gift for this day is delivered: in its morning there, but not before it is bought."""
    return max(datetime.combine(day, ARRIVES_AT, ZoneInfo(time_zone)), at)


@transaction.atomic
def write_down(plan: Plan, wish: Wish, buyer: User | None, key: UUID, press: Press) -> Voucher:
    """The gift before it is paid, with what its buyer agrees to.

    A second press of the same button finds the row of the first by its ``key``.
    """
    at = press.at
    values = {
        **asdict(wish),
        "plan": plan,
        "months": plan.gift_months or 0,
        "amount": plan.amount,
        "currency": plan.currency,
        "buyer": buyer,
    }
    times = {"created_at": at, "till_closes_at": at + OPEN_FOR}
    row, is_new = Voucher.objects.get_or_create(key=key, defaults={**values, **times})
    if not is_new:
        is_same = all(getattr(row, name) == value for name, value in _compared(values).items())
        if is_same and row.state == Voucher.State.DRAFT and row.till_closes_at > at:
            return row
        row = Voucher.objects.create(**values, **times)
    consents.record_gift(row, press, wording.at_the_till(row))
    return row


def _compared(values: dict[str, object]) -> dict[str, object]:
    """Without the moment, which for “today” is another with every press."""
    return {name: value for name, value in values.items() if name != "deliver_at"}
