"""Where a person stands, in one sentence, and what they may do about it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships.currencies import money
from memberships.models import Charge, Dispute, Entitlement, Happening, Subscription, User, Voucher
from memberships.plan_changes import is_open
from memberships.subscriptions import OVER, STANDING, Facts, access_until


@dataclass(frozen=True)
class Standing:
    """``subscription`` is the one to show and act on; ``None`` where there is none, or reading comes from elsewhere.

    ``is_gift`` says that reading comes from a gift alone, which ends by itself; ``is_held`` that nothing new is sold;
    ``pay_url`` is Stripe's page of what waits to be paid or confirmed.
    """

    sentence: str
    is_open: bool
    subscription: Subscription | None = None
    can_cancel: bool = False
    can_resume: bool = False
    can_change: bool = False
    can_go_on: bool = False
    needs_attention: bool = False
    is_gift: bool = False
    is_held: bool = False
    pay_url: str = ""


def standing_of(user: User, at: datetime) -> Standing:
    """At most three queries, a fourth where it rests and a few more where something is owed."""
    rows = Subscription.objects.filter(customer__user=user).select_related(
        "customer__user", "plan__product", "next_plan"
    )
    subscriptions = sorted(rows, key=lambda row: (row.status in STANDING, row.started_at), reverse=True)
    latest = subscriptions[0] if subscriptions else None
    more: list[str] = []
    if latest is not None and latest.status in STANDING:
        standing = _of_subscription(latest, at)
        more += _beside(latest, subscriptions[1:], at)
    else:
        standing = _without_one(user, latest, at)
    if is_held := Dispute.objects.holding().filter(invoice__customer__user=user).exists():
        more.append(_("Your bank disputes a payment of yours, so nothing new can be bought. Write to us to settle it."))
    return replace(standing, sentence=" ".join([standing.sentence, *more]), is_held=is_held)


def _without_one(user: User, latest: Subscription | None, at: datetime) -> Standing:
    """Of somebody without a subscription that stands; ``latest`` is the last they had."""
    held = Entitlement.objects.filter(Q(user=user) | Q(team__seats__user=user, team__seats__state="active")).live(at)
    if (right := held.select_related("team", "product").order_by("-ends_at").first()) is not None:
        is_gift = right.source == Entitlement.Source.GIFT
        return Standing(_of_right(right, user), is_open=True, is_gift=is_gift)
    if latest is not None and latest.status in OVER and latest.trial_refused_at:
        sentence = _(
            "Your free trial was ended at once: its card has had one with another account. Nothing was charged."
        )
        return Standing(sentence, is_open=False, subscription=latest)
    if latest is not None and latest.status in OVER and latest.ended_at:
        names = {"pro": settings.PRO_NAME, "date": _day(latest.ended_at, user)}
        return Standing(_("Your membership of %(pro)s ended on %(date)s.") % names, is_open=False, subscription=latest)
    if latest is not None:
        return Standing(_("Your first payment has not gone through. You can start again."), is_open=False)
    return Standing(_("You have a free account."), is_open=False)


def _of_subscription(row: Subscription, at: datetime) -> Standing:
    if Facts.of(row).waits_for_first_invoice:
        return _of_first_invoice(row)
    if row.status in {"past_due", "unpaid"}:
        return _of_failed_payment(row, at)
    if row.rests_by_wish:
        return _of_rest(row)
    if row.status == "paused":
        return _of_pause(row)
    if row.runs_on_refused_trial:
        sentence = _("Your free trial is being ended: its card has had one with another account. Nothing is charged.")
        return Standing(sentence, False, row, can_cancel=row.cancel_at is None)
    is_ending = row.cancel_at is not None
    sentence = _of_trial(row) if row.status == "trialing" else _of_paid(row)
    if row.discount_label and not is_ending:
        taken_off = _("Your discount “%(discount)s” is taken off.") % {"discount": row.discount_label}
        sentence = f"{sentence} {taken_off}"
    return Standing(sentence, True, row, can_cancel=not is_ending, can_resume=is_ending, can_change=is_open(row))


def _beside(row: Subscription, others: Sequence[Subscription], at: datetime) -> Iterator[str]:
    """What else there is of the same product: a second one, and a gift that waits for its turn."""
    if any(other.status in STANDING and other.plan.product_id == row.plan.product_id for other in others):
        yield _("You have two memberships at once, so you may be charged twice. Write to us, and we set it right.")
    gifts = Voucher.objects.in_hand(at).filter(claimed_by=row.customer.user, plan__product=row.plan.product_id)
    gift = None if row.is_after_gift else gifts.filter(starts_at__gt=at).order_by("starts_at").first()
    if gift is not None and row.cancel_at is None:
        yield _("Your gift is kept for you until your membership ends.")
    elif gift is not None:
        yield _("Your gift follows, until %(date)s.") % _names(row, gift.ends_at)


def _of_pause(row: Subscription) -> Standing:
    """One that rests for want of a card or of a payment; with a card its member can let it go on."""
    if not row.card_label:
        sentence = _("Your membership rests. Add a card, then let it go on.")
        return Standing(sentence, False, row, can_cancel=True, needs_attention=True)
    if row.has_paid or row.invoices.owed().exists():
        return replace(_of_rest(row), needs_attention=True)
    sentence = _("Your membership rests. Let it go on, and %(amount)s is charged to your %(card)s.") % _names(row, None)
    return Standing(sentence, False, row, can_cancel=True, can_go_on=True, needs_attention=True)


def _of_rest(row: Subscription) -> Standing:
    """One that goes on when its member says so; a bill that is open is the one on which it could not go on."""
    if row.invoices.owed().exists():
        names = _names(row, None, _owed(row))
        sentence = (
            _("Your membership rests: %(amount)s could not be charged. Change your card, then let it go on.") % names
        )
        return Standing(sentence, False, row, can_cancel=True, can_go_on=True, needs_attention=True)
    if row.rests_until is not None:
        names = _names(row, row.rests_until)
        sentence = _("Your membership rests until %(date)s. Until then nothing is charged, and nothing opens.") % names
    else:
        sentence = _("Your membership rests. Nothing is charged, and nothing opens, until you let it go on.")
    return Standing(sentence, False, row, can_cancel=True, can_go_on=True)


def _of_trial(row: Subscription) -> str:
    names = _names(row, row.cancel_at or row.trial_ends_at)
    if row.is_after_gift:
        return _after_gift(row) % names
    if row.cancel_at is not None:
        return _("Your free trial ends on %(date)s. Nothing will be charged.") % names
    if row.card_label:
        return _("Your free trial runs until %(date)s. Then %(amount)s is charged to your %(card)s.") % names
    return _("Your free trial runs until %(date)s. Then %(amount)s is charged.") % names


def _after_gift(row: Subscription) -> str:
    """Of somebody who goes on after a gift; with the names of the others."""
    if row.cancel_at is not None:
        return _("You read with a gift. It ends on %(date)s, and nothing will be charged.")
    if row.card_label:
        return _("You read with a gift until %(date)s. Then %(amount)s is charged to your %(card)s.")
    return _("You read with a gift until %(date)s. Then %(amount)s is charged.")


def _of_paid(row: Subscription) -> str:
    names = _names(row, row.cancel_at or row.period_ends_at)
    if row.cancel_at is not None:
        return _("Your membership ends on %(date)s and is not renewed. You read on until then.") % names
    if row.next_plan is not None and row.next_plan_at is not None:
        names |= {"date": _day(row.next_plan_at, row.customer.user), "plan": row.next_plan.name}
        if row.follows_by_move:
            return _("Your membership renews on %(date)s at its new price: %(amount)s is charged.") % names
        return _("On %(date)s your plan changes to %(plan)s. Then %(amount)s is charged.") % names
    if row.card_label:
        return _("Your membership renews on %(date)s: %(amount)s is charged to your %(card)s.") % names
    return _("Your membership renews on %(date)s for %(amount)s.") % names


def _of_first_invoice(row: Subscription) -> Standing:
    """One whose invoices are sent: the first is a draft for an hour, then it has a day by which it is to be paid."""
    names = _names(row, row.due_at, _owed(row))
    if row.due_at is None:
        sentence = _("Your first invoice is on its way. Your membership opens when it is paid.")
    else:
        sentence = _("Your membership opens when your invoice of %(amount)s is paid. It is due on %(date)s.") % names
    is_due = row.due_at is not None
    return Standing(sentence, False, row, can_cancel=True, needs_attention=is_due, pay_url=_pay_url(row))


def _of_failed_payment(row: Subscription, at: datetime) -> Standing:
    until = access_until(Facts.of(row), at)
    is_sent = Facts.of(row).is_sent
    bank_asks = not is_sent and _bank_asks(row)
    while_reading, once_closed = _what_to_do(is_sent=is_sent, bank_asks=bank_asks)
    sentence = (while_reading if until else once_closed) % _names(row, until, _owed(row))
    pay_url = _pay_url(row) if is_sent or bank_asks else ""
    return Standing(sentence, until is not None, row, can_cancel=True, needs_attention=True, pay_url=pay_url)


def _what_to_do(*, is_sent: bool, bank_asks: bool) -> tuple[str, str]:
    """Two sentences about what is owed: for who reads on for a while, and for who does not."""
    if is_sent:
        return (
            _("Your invoice of %(amount)s is overdue. You read on until %(date)s; pay it before then."),
            _("Your invoice of %(amount)s is overdue. Pay it to read on."),
        )
    if bank_asks:
        return (
            _("Your bank wants you to confirm %(amount)s. You read on until %(date)s; confirm it before then."),
            _("Your bank wants you to confirm %(amount)s. Confirm it to read on."),
        )
    return (
        _("The charge of %(amount)s failed. You read on until %(date)s; change your card before then."),
        _("The charge of %(amount)s failed. Change your card to read on."),
    )


def _bank_asks(row: Subscription) -> bool:
    """Stripe has said so of an invoice that is still open; no field of a subscription says it."""
    asked = row.happenings.filter(kind=Happening.Kind.ACTION_REQUIRED, invoice__in=row.invoices.owed())
    return asked.exists()


def _pay_url(row: Subscription) -> str:
    """Stripe's page of the open invoice, where it is paid or confirmed; empty where there is none."""
    bill = row.invoices.owed().last()
    return bill.hosted_url if bill else ""


def _of_right(right: Entitlement, user: User) -> str:
    """What opens a product to somebody without a subscription of their own."""
    names = {"product": right.product.name, "team": right.team}
    if right.team is not None:
        names["date"] = date_format(right.team.ends_on, "DATE_FORMAT")
        return _("You read %(product)s with a seat in %(team)s, until %(date)s.") % names
    if right.ends_at is None:
        return _("You read %(product)s with our compliments.") % names
    names["date"] = _day(right.ends_at, user)
    if right.source == Entitlement.Source.GIFT:
        return _("You read %(product)s with a gift until %(date)s. It ends by itself: nothing is charged.") % names
    return _("You read %(product)s with our compliments until %(date)s.") % names


def _owed(row: Subscription) -> Charge:
    """What could not be charged: the open invoice says it."""
    invoice = row.invoices.filter(status="open", amount_due__gt=0).order_by("-issued_at").first()
    return Charge(invoice.amount_due, invoice.currency) if invoice else row.list_price


def _names(row: Subscription, moment: datetime | None, charge: Charge | None = None) -> dict[str, str]:
    user = row.customer.user
    amount = money(*(charge or row.next_charge))
    return {"amount": amount, "card": row.card_label, "date": _day(moment, user) if moment else ""}


def _day(moment: datetime, user: User | None) -> str:
    """The day on which the moment falls where the person lives."""
    zone = zoneinfo.ZoneInfo(user.time_zone) if user else None
    return date_format(localtime(moment, zone), "DATE_FORMAT")
