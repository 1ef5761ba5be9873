"""A gift in words: what stands above the buttons that buy it, and where it stands for its buyer and its reader."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from memberships.currencies import money
from memberships.models import Plan, User, Voucher
from memberships.vouchers.claiming import Prospect

State = Voucher.State
# What the page of gifts says above its button, on it, and below.
PROMISE = gettext_lazy(
    "You pay once. We deliver it on the day you choose, or you hand it over yourself. The time begins when they claim "
    "it, and it ends by itself."
)
BUTTON = gettext_lazy("Go on to pay")
CONDITIONS = gettext_lazy(
    "The next page is our payment partner's. You need no account. The gift has to be claimed within twelve months."
)


def with_price(plan: Plan) -> str:
    """The gift and its price, each in its own direction of writing, so that the price stands behind in Arabic too."""
    return f"\u2068{plan.name}\u2069: \u2068{money(plan.amount, plan.currency)}\u2069"


def agreed_to(plan: Plan) -> str:
    """What stands around the button that leads to the till and on it, a line each."""
    return "\n".join((str(PROMISE), with_price(plan), str(CONDITIONS), str(BUTTON)))


def at_the_till(voucher: Voucher) -> str:
    """The sentence above Stripe's button, in the buyer's language."""
    with override(voucher.language):
        names = {"total": money(voucher.amount, voucher.currency), "pro": settings.PRO_NAME}
        said = _("%(total)s once, for a gift membership of %(pro)s. It ends by itself: nothing is charged again.")
        added = _("Tax is added where it is due.")
        return f"{said % names} {added}" if settings.STRIPE_TAX else said % names


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
