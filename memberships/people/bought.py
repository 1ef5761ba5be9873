"""What this app holds about how a person pays, gives, rests, leaves and moves in; see :mod:`memberships.people.own`."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from memberships.importing.files import strike_out
from memberships.models import (
    Leaving,
    MemberNote,
    MovingIn,
    MovingRow,
    Pause,
    PlanChange,
    PriceMove,
    PriceNotice,
    SignIn,
    User,
    Voucher,
    WinBack,
    Withdrawal,
)
from memberships.people import raw
from memberships.people.holdings import Fate, Holding, staff_act
from memberships.people.own import addresses_of

Row = TypeVar("Row", bound=Model)

_GOES, _STAYS, _MOVES = Fate.GOES, Fate.STAYS, Fate.MOVES


def _written(rows: QuerySet[Row], field: str, user: User) -> QuerySet[Row]:
    """Those that name one of the person's addresses, in whatever case it was typed."""
    named = Q()
    for address in addresses_of(user):
        named |= Q(**{f"{field}__iexact": address})
    return rows.filter(named)


def _forget_what_was_given(user: User, at: datetime) -> None:
    """What was paid stays on the record, and a gift that has not arrived still does, from nobody by name."""
    bought = _written(Voucher.objects.all(), "buyer_email", user) | Voucher.objects.filter(buyer=user)
    bought.update(buyer_name="–", buyer_email=raw.pseudonym_of(user), message="", refund_note="")


def _forget_what_was_received(user: User, at: datetime) -> None:
    received = _written(Voucher.objects.all(), "recipient_email", user) | Voucher.objects.filter(claimed_by=user)
    pks = list(received.values_list("pk", flat=True))
    Voucher.objects.filter(pk__in=pks).update(recipient_name="–", message="")
    Voucher.objects.filter(pk__in=pks).exclude(recipient_email="").update(recipient_email=raw.pseudonym_of(user))


def _forget_words(user: User, at: datetime) -> None:
    """Why people leave is counted; what they wrote is not kept."""
    Leaving.objects.filter(subscription__customer__user=user).update(comment="")


def _forget_unconfirmed(user: User, at: datetime) -> None:
    """One that was confirmed is kept as the law wants its receipt kept; what nobody confirmed is nobody's."""
    _written(Withdrawal.objects.filter(state=Withdrawal.State.ASKED), "email", user).delete()


def _forget_export(user: User, at: datetime) -> None:
    """Their lines go, and their addresses where a line that could not be read is told of."""
    strike_out(MovingIn, addresses_of(user))
    (_written(MovingRow.objects.all(), "email", user) | MovingRow.objects.filter(user=user)).delete()


HOLDINGS = [
    Holding(PlanChange, "subscription__customer__user", _STAYS, _STAYS, _("Changes of plan"), (
        "from_plan__name", "to_plan__name", "state", "asked_at", "settled_at",
    )),
    Holding(PriceNotice, "subscription__customer__user", _STAYS, _STAYS, _("New prices announced"), (
        "renews_at", "amount_now", "amount_then", "currency",
    )),
    Holding(Pause, "subscription__customer__user", _STAYS, _STAYS, _("Rests"), (
        "state", "asked_at", "until", "ended_at",
    )),
    Holding(Leaving, "subscription__customer__user", _forget_words, _STAYS, _("Reasons for leaving"), (
        "reason", "comment", "at", "ends_at",
    )),
    Holding(WinBack, "subscription__customer__user", _GOES, _STAYS, _("Letters after leaving"), (
        "days", "state", "noted_at",
    )),
    Holding(Withdrawal, "subscription__customer__user", _forget_unconfirmed, _STAYS, _("Withdrawals"), (
        "name", "email", "reference", "state", "declared_at", "confirmed_at", "settled_at",
    )),
    Holding(Withdrawal, "voucher__buyer", _STAYS, _STAYS, _("Withdrawals from gifts"), (
        "name", "email", "reference", "state", "declared_at", "confirmed_at", "settled_at",
    )),
    Holding(Voucher, "buyer", _forget_what_was_given, _MOVES, _("Gift memberships you gave"), (
        "plan__name", "amount", "currency", "recipient_name", "recipient_email", "message", "state", "paid_at",
    )),
    Holding(Voucher, "claimed_by", _forget_what_was_received, _MOVES, _("Gift memberships you received"), (
        "plan__name", "buyer_name", "message", "state", "claimed_at", "starts_at", "ends_at",
    )),
    Holding(SignIn, "user", _GOES, _MOVES, _("Sign-ins"), ("way", "at", "network", "browser", "system")),
    Holding(MemberNote, "user", _GOES, _MOVES, _("Notes of our staff"), ("text", "written_at")),
    Holding(MovingRow, "user", _forget_export, _MOVES, _("Brought from another system"), (
        "moving_in__source", "email_as_typed", "name", "joined_at", "plan_name", "paid_until",
    )),
    staff_act(MemberNote, "written_by"),
    staff_act(PriceMove, "asked_by"),
    staff_act(Voucher, "refund_asked_by"),
    staff_act(Withdrawal, "settled_by"),
    staff_act(MovingIn, "asked_by"),
]  # fmt: skip
