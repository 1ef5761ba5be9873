"""How a gift is over before its time: held by a dispute and given free again, its money gone back, run out."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from memberships import entitlements
from memberships.models import User, Voucher
from memberships.vouchers.claiming import open_for, origin_of, record

State = Voucher.State


def hold(voucher: Voucher, dispute: str, at: datetime) -> bool:
    """While a bank disputes it nobody claims it, and who has claimed it does not read with it. Under the row's lock."""
    if voucher.state not in {State.PAID, State.CLAIMED, State.EXPIRED}:
        return False
    _become(voucher, State.DISPUTED, at, dispute_ref=dispute)
    entitlements.revoke(origin_of(voucher), at=at, reason="disputed")
    return True


def release(voucher: Voucher, at: datetime) -> bool:
    """The bank has decided in our favour: it is again what it was. Under the row's lock."""
    if voucher.state != State.DISPUTED:
        return False
    _become(voucher, State.CLAIMED if voucher.claimed_at else State.PAID, at)
    open_for(voucher, at)
    return True


def ask_back(voucher: Voucher, note: str, by: User | None, at: datetime) -> None:
    """Write down that its money goes back, with the key of the refund: from now on nobody is given it or claims it.

    Under the row's lock. ``by`` is nobody where its buyer withdrew.
    """
    voucher.refund_key, voucher.refund_asked_by, voucher.refund_asked_at, voucher.refund_note = uuid4(), by, at, note
    voucher.save(update_fields=["refund_key", "refund_asked_by", "refund_asked_at", "refund_note"])
    facts = {"amount": voucher.amount, "currency": voucher.currency, "note": note}
    record("refund of a gift asked for", voucher, by, at, **facts)


def void(voucher: Voucher, at: datetime, reason: str) -> bool:
    """Its money went back: it opens nothing any more. Under the row's lock."""
    if voucher.paid_at is None or voucher.state == State.VOID:
        return False
    _become(voucher, State.VOID, at, ended_at=at)
    entitlements.revoke(origin_of(voucher), at=at, reason=reason)
    return True


@transaction.atomic
def run_out(at: datetime) -> int:
    """What nobody claimed in time is over; answers how many."""
    return Voucher.objects.run_out(at).update(state=State.EXPIRED, ended_at=at)


def _become(voucher: Voucher, state: Voucher.State, at: datetime, **values: object) -> None:
    voucher.state = state
    Voucher.objects.filter(pk=voucher.pk).update(state=state, **values)
    record(f"gift is {state.value}", voucher, None, at)
