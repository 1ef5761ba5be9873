"""Gifts for the tests, each made by one plain call."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

from memberships import clock
from memberships.consents import Press
from memberships.models import Plan, User, Voucher
from memberships.stripe import voucher_till
from memberships.vouchers import buying, links
from memberships.vouchers.buying import Wish
from memberships.vouchers.lining_up import months_after
from tests.memberships.builders import plan

_numbers = count(1)


def gift_plan(months: int = 12, **fields: object) -> Plan:
    values = {"name": f"PRO, {months} months", "trial_days": 0, "audience": "gift", "interval": "once", **fields}
    return plan(f"pro_gift_{months}", gift_months=months, **values)


def wish(**fields: object) -> Wish:
    values = {
        "recipient_name": "Rana",
        "recipient_email": "rana@example.org",
        "message": "Happy new year.",
        "deliver_at": clock.now(),
        "time_zone": "Asia/Beirut",
        "buyer_name": "Karim",
        "buyer_email": "karim@example.org",
        "language": "en",
    }
    return Wish(**{**values, **fields})


def draft(buyer: User | None = None, **fields: object) -> Voucher:
    return buying.write_down(gift_plan(), wish(**fields), buyer, uuid4(), Press("A gift", "en", clock.now()))


def paid(months: int = 12, **fields: object) -> tuple[Voucher, str]:
    """A gift that is paid as far as we know, and the token of its link."""
    at = clock.now()
    values = {
        "plan": gift_plan(months),
        "months": months,
        "amount": 30000,
        "currency": "usd",
        "state": Voucher.State.PAID,
        "buyer_name": "Karim",
        "buyer_email": "karim@example.org",
        "language": "en",
        "recipient_name": "Rana",
        "recipient_email": "rana@example.org",
        "deliver_at": at,
        "time_zone": "Asia/Beirut",
        "till_closes_at": at,
        "created_at": at,
        "paid_at": at,
        "receipt_told_at": at,
        "payment_ref": f"pi_{next(_numbers)}",
        "expires_at": months_after(at, 12),
    }
    voucher = Voucher.objects.create(**{**values, **fields})
    return voucher, links.new_token(voucher)


def bought_at(stripe, **fields: object) -> Voucher:
    """To the till and paid; nothing of ours has heard of it yet."""
    voucher = draft(**fields)
    stripe.pay(voucher_till.open_till(voucher, clock.now()))
    return Voucher.objects.get(pk=voucher.pk)
