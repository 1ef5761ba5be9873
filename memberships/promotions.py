"""Which code counts for whom, and the offer with it. A code that does not count is said in a sentence, at full price.

Who has to type a code by hand does so on Stripe's own page, so codes made in its dashboard work there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from memberships import win_backs
from memberships.currencies import money
from memberships.discounts import Reduced, reduced
from memberships.models import Plan, Promotion, Subscription, User
from memberships.offers import Offer, after_gift, with_tax

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_CODE = re.compile(r"[A-Z0-9]{3,40}")
_UNKNOWN = gettext_lazy(
    "We do not know the code “%(code)s”, so this is the usual price. A code can also be typed on our payment partner’s "
    "page."
)
_NOT_YET = gettext_lazy("The code “%(code)s” is not open yet, so this is the usual price.")
_OVER = gettext_lazy("The code “%(code)s” is over, so this is the usual price.")
_USED_UP = gettext_lazy("The code “%(code)s” has been used as often as it could be, so this is the usual price.")
_OTHER_PLAN = gettext_lazy("The code “%(code)s” is not for this plan, so this is its usual price.")
_HAS_PAID = gettext_lazy("The code “%(code)s” is for people who have never been members, so this is the usual price.")
_SIGN_IN = gettext_lazy("The code “%(code)s” is for the person we sent it to. Sign in, and it counts.")
_NOT_YOURS = gettext_lazy("The code “%(code)s” is not for this account, so this is the usual price.")


class CodeRefused(Exception):
    """The code does not count here; the message says why."""


def written(text: str | None) -> str:
    """A code as it is kept, whatever its case; empty where none was given."""
    return (text or "").strip().upper()


def promotion_of(code: str, plan: Plan, user: User | AnonymousUser, at: datetime) -> Promotion:
    """The promotion that the code is of, as :func:`written` gives it, for this person and plan.

    Raises:
        CodeRefused: when it does not count.
    """
    if not _CODE.fullmatch(code):
        raise CodeRefused(_("That is no code, so this is the usual price."))
    promotion = Promotion.objects.filter(code=code).first()
    if promotion is None or promotion.use == Promotion.Use.SAVE_OFFER:
        raise CodeRefused(_UNKNOWN % {"code": code})
    if refusal := _refusal(promotion, plan, user, at):
        raise CodeRefused(str(refusal) % {"code": code})
    return promotion


def with_code(offer: Offer, code: str, user: User | AnonymousUser, at: datetime) -> Offer:
    """The offer with the code taken off, or with why it is not."""
    if not code or offer.plan is None or offer.first_charge_at is None:
        return offer
    try:
        promotion = promotion_of(code, offer.plan, user, at)
        taken = reduced(promotion, offer.plan, offer.first_charge_at, at, zone=offer.zone)
        if taken is None:
            raise CodeRefused(str(_OTHER_PLAN) % {"code": code})
    except CodeRefused as refusal:
        return replace(offer, code=code, code_refusal=str(refusal))
    return _reworded(replace(offer, code=code, promotion=promotion), taken)


def refusal_of_all(offers: Iterable[Offer]) -> str:
    """Why the code counts for none of the offers; empty where it counts for one, or where there is no code."""
    ordered = list(offers)
    refused = [offer.code_refusal for offer in ordered if offer.code_refusal]
    return refused[0] if refused and len(refused) == len(ordered) else ""


def to_win_back(user: User, at: datetime) -> str:
    """The code that is offered to this person to come back with; empty where there is none."""
    open_ones = Promotion.objects.open(at).filter(use=Promotion.Use.WIN_BACK)
    promotion = open_ones.first()
    if promotion is None or promotion.is_used_up or not win_backs.is_for(user, at):
        return ""
    return promotion.code


def _refusal(promotion: Promotion, plan: Plan, user: User | AnonymousUser, at: datetime) -> object:
    if promotion.closed_at is not None or (promotion.ends_at is not None and promotion.ends_at <= at):
        return _OVER
    if promotion.coupon_made_at is None or promotion.starts_at > at:
        return _NOT_YET
    if promotion.is_used_up:
        return _USED_UP
    if not is_for_plan(promotion, plan):
        return _OTHER_PLAN
    return _refusal_of_person(promotion, user, at)


def _refusal_of_person(promotion: Promotion, user: User | AnonymousUser, at: datetime) -> object:
    """Whoever is not signed in is believed until they are; what is for one person waits for them."""
    is_won_back = promotion.use == Promotion.Use.WIN_BACK
    if not isinstance(user, User):
        return _SIGN_IN if is_won_back else ""
    if is_won_back and not win_backs.is_for(user, at):
        return _NOT_YOURS
    has_paid = Subscription.objects.filter(customer__user=user, has_paid=True)
    return _HAS_PAID if promotion.first_time_only and has_paid.exists() else ""


def is_for_plan(promotion: Promotion, plan: Plan) -> bool:
    """Whether it is for every plan or for this one."""
    wanted = {each.pk for each in promotion.plans.all()}
    return not wanted or plan.pk in wanted


def _reworded(offer: Offer, taken: Reduced) -> Offer:
    first = money(taken.first, taken.currency)
    if offer.is_after_gift:
        charge = after_gift(first, offer.first_charge_day)
        button = _("Go on for %(per)s") % {"per": first}
    elif not (offer.trial_line and offer.plan):
        charge = _("%(first)s is charged today.") % {"first": first}
        button = _("Subscribe for %(per)s") % {"per": first}
    else:
        charge = _("Nothing today. The first charge, %(total)s, comes on %(date)s unless you cancel before.") % {
            "total": first,
            "date": offer.first_charge_day,
        }
        days = offer.plan.trial_days
        words = ngettext("Start %(days)d day free, then %(per)s", "Start %(days)d days free, then %(per)s", days)
        button = words % {"days": days, "per": first}
    return replace(offer, reduced=taken, charge_line=with_tax(charge), button=button)
