"""Where a gift stands, in one sentence each for its buyer and for whoever claims it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships.models import User, Voucher
from memberships.vouchers.claiming import Prospect

State = Voucher.State


def for_buyer(voucher: Voucher, at: datetime) -> str:
    names = {"name": voucher.recipient_name, "address": voucher.recipient_email}
    if voucher.refund_key is not None and voucher.state != State.VOID:
        return _("The money of this gift is on its way back to you. The gift opens nothing meanwhile.")
    if voucher.state == State.PAID:
        return _of_waiting(voucher, at, names)
    if voucher.state == State.CLAIMED:
        names["date"] = _day(voucher.claimed_at, voucher)
        return _("Your gift for %(name)s was claimed on %(date)s.") % names
    sentences = {
        State.DRAFT: _("This gift is not paid yet."),
        State.ABANDONED: _("This order is closed, and nothing was charged for it."),
        State.DISPUTED: _("Your bank disputes the payment of this gift, so it opens nothing meanwhile."),
        State.VOID: _("The money of this gift went back. It opens nothing any more."),
        State.EXPIRED: _("Nobody claimed this gift within twelve months, so it opens nothing any more. Write to us."),
    }
    return sentences[State(voucher.state)]


def for_reader(seen: Prospect, user: User) -> str:
    """What pressing the button brings."""
    zone = ZoneInfo(user.time_zone)
    names = {
        "from": date_format(localtime(seen.span.starts_at, zone), "DATE_FORMAT"),
        "until": date_format(localtime(seen.span.ends_at, zone), "DATE_FORMAT"),
    }
    if seen.waits_for is not None and seen.waits_for.cancel_at is None and not seen.waits_for.is_after_gift:
        return (
            _(
                "You have a membership already. The gift is kept for you until that ends, %(from)s at the earliest: "
                "each time it is renewed, the gift waits for the new end. Cancel it, and the gift follows it."
            )
            % names
        )
    if seen.waits_for is not None:
        return _("You have a membership until %(from)s. The gift follows it, until %(until)s.") % names
    if seen.extends:
        return _("You read with a gift already. This one follows it, from %(from)s until %(until)s.") % names
    return _("You read from now on, until %(until)s. It ends by itself.") % names


def _of_waiting(voucher: Voucher, at: datetime, names: dict[str, str]) -> str:
    names["until"] = _day(voucher.expires_at, voucher)
    if voucher.is_by_hand:
        return _("Paid. %(name)s can claim it until %(until)s, with the link that you hand over.") % names
    if voucher.delivered_at is None:
        names["date"] = _day(voucher.deliver_at, voucher)
        return _("Paid. We deliver it to %(address)s on %(date)s.") % names
    names["date"] = _day(voucher.delivered_at, voucher)
    return _("Delivered to %(address)s on %(date)s, and not claimed yet. That is possible until %(until)s.") % names


def _day(moment: datetime | None, voucher: Voucher) -> str:
    """The day where the gift goes."""
    return date_format(localtime(moment, ZoneInfo(voucher.time_zone)), "DATE_FORMAT") if moment else ""
