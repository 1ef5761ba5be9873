"""What the till and the wall say: the plan on offer, its price in words, and what opens a closed text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from memberships import metering, selling, trials
from memberships.access import Reason, Verdict
from memberships.currencies import money, name_of
from memberships.discounts import Reduced
from memberships.models import Plan, Promotion, User
from memberships.reading_rules import Terms
from memberships.selling import Buyer
from memberships.vouchers import claiming

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class Offer:
    """A plan in words of the page's language. ``plan`` is ``None`` while nothing is sold.

    ``code`` is the code that came with the reader: ``reduced`` is what it makes of the price, or ``code_refusal`` says
    why it makes nothing. Its days are those of ``zone``; ``None`` is where the publication is at home.
    """

    plan: Plan | None
    price_line: str
    total_line: str
    trial_line: str
    charge_line: str
    button: str
    first_charge_at: datetime | None = None
    why_no_trial: str = ""
    code: str = ""
    code_refusal: str = ""
    reduced: Reduced | None = None
    promotion: Promotion | None = None
    is_after_gift: bool = False
    zone: ZoneInfo | None = None

    @property
    def leave_line(self) -> str:
        return _("Cancel by yourself, in two clicks, on your membership page.")

    @property
    def first_charge_day(self) -> str:
        """The day of the first charge; empty where nothing is sold."""
        return _day(self.first_charge_at, self.zone) if self.first_charge_at else ""

    @property
    def discount_line(self) -> str:
        return self.reduced.line_with(self.code) if self.reduced else ""

    @property
    def once_line(self) -> str:
        return _("One free trial for each person, mailbox and card.") if self.trial_line else ""

    @property
    def words(self) -> str:
        """What stands above the button and on it, a line each: what somebody who presses it agrees to."""
        price = (self.price_line, self.trial_line, self.once_line, self.total_line, self.discount_line)
        lines = (*price, self.charge_line, self.leave_line, self.button)
        return "\n".join(line for line in lines if line)

    @property
    def terms(self) -> str:
        """The offer without its words, for a form to bring back: pressed is what is still so."""
        if self.plan is None or self.first_charge_at is None:
            return ""
        is_later = bool(self.trial_line) or self.is_after_gift
        day = f"{localtime(self.first_charge_at, self.zone):%Y-%m-%d}" if is_later else "today"
        terms = f"{self.plan.lookup_key}:{self.plan.amount}:{self.plan.currency}:{self.plan.interval}:{day}"
        return f"{terms}:{self.code}:{self.reduced.terms}" if self.reduced else terms


@dataclass(frozen=True)
class Wall:
    """What stands where the free opening ends; the inputs of ``partials/wall.html``."""

    kind: str
    is_pro: bool
    reason: str
    offer: str
    price: str
    first_charge: str
    start_label: str
    start_url: str
    signin_url: str


def plan_named(lookup_key: str, at: datetime, buyer: Buyer) -> Plan | None:
    """The plan of this name, if it is sold to this person."""
    named = (plan for plan in selling.on_sale(at) if plan.lookup_key == lookup_key)
    return next((plan for plan in named if selling.may_buy(plan, buyer)), None)


def offer_of(plan: Plan | None, at: datetime, *, with_trial: bool = True, zone: ZoneInfo | None = None) -> Offer:
    """The plan in words. ``with_trial`` says whether this reader may still try it for free; ``zone`` is theirs."""
    if plan is None:
        return Offer(None, "", "", "", _("Nothing is on sale at the moment."), "")
    monthly, total = money(plan.monthly_amount, plan.currency), money(plan.amount, plan.currency)
    is_yearly = plan.interval == Plan.Interval.YEAR
    price = _("%(monthly)s a month, billed annually") if is_yearly else _("%(monthly)s a month")
    per = _("%(total)s a year") if is_yearly else _("%(total)s a month")
    names = {"monthly": monthly, "total": total, "days": plan.trial_days}
    if not (with_trial and plan.trial_days):
        charge = _("%(total)s is charged today, then again each period until you cancel.") % names
        subscribe = _("Subscribe for %(per)s") % {"per": per % names}
        return Offer(plan, price % names, per % names, "", with_tax(charge), subscribe, first_charge_at=at, zone=zone)
    first_at = at + timedelta(days=plan.trial_days)
    trial = ngettext("Free for %(days)d day", "Free for %(days)d days", plan.trial_days) % names
    charge = _("Nothing today. The first charge, %(total)s, comes on %(date)s unless you cancel before.") % {
        **names,
        "date": _day(first_at, zone),
    }
    button = ngettext(
        "Start %(days)d day free, then %(per)s", "Start %(days)d days free, then %(per)s", plan.trial_days
    )
    start = button % {"days": plan.trial_days, "per": per % names}
    return Offer(plan, price % names, per % names, trial, with_tax(charge), start, first_charge_at=first_at, zone=zone)


def offer_for(
    user: User | AnonymousUser,
    at: datetime,
    product: str = "pro",
    *,
    plan: Plan | None = None,
    buyer: Buyer | None = None,
    is_shared: bool = False,
) -> Offer:
    """The plan on offer as it is for this person: with its trial only if they have not had one, by their own days.

    Without a ``plan`` it is the first that the ``buyer`` may buy. Without a buyer it is for a page that is the same for
    everybody: then the plan is the one for everywhere, and where others pay another price that is said. A page that
    ``is_shared`` is kept for all who stand alike, wherever they live, so its days are those of the publication.
    """
    sold = [each for each in selling.on_sale(at) if each.product.slug == product]
    chosen = plan or next(iter(selling.chosen_for(buyer or selling.ANYBODY, sold)), None)
    offer = _as_for(user, chosen, at, is_shared=is_shared)
    if plan is not None or buyer is not None:
        return offer
    if any(each.countries for each in sold):
        return _said_to_everywhere(offer)
    return _said_in_one_currency(offer) if len(selling.currencies_for(selling.ANYBODY, sold)) > 1 else offer


@dataclass(frozen=True)
class Choice:
    """One of the plans a reader chooses between. ``saving`` is a sentence; empty where nothing is saved."""

    offer: Offer
    label: str
    saving: str
    is_chosen: bool


def choices_for(
    user: User | AnonymousUser,
    buyer: Buyer,
    at: datetime,
    *,
    product: str = "pro",
    named: str = "",
    currency: str = "",
) -> list[Choice]:
    """The plans of the product this person may choose between; the ``named`` one stands for its kind and is chosen.

    They are in the ``currency``, where they are sold to the person in it.
    """
    wanted = plan_named(named, at, buyer)
    sold = [plan for plan in selling.on_sale(at) if plan.product.slug == product]
    wanted = wanted if wanted in sold and currency in {"", wanted.currency} else None
    plans = selling.chosen_for(buyer, sold, currency or (wanted.currency if wanted else ""))
    if wanted is not None and wanted not in plans:
        plans = [wanted if _kind(plan) == _kind(wanted) else plan for plan in plans]
    return [
        Choice(_as_for(user, plan, at), _label(plan), _saving(plan, plans), is_chosen=plan == (wanted or plans[0]))
        for plan in plans
    ]


@dataclass(frozen=True)
class Currency:
    """One in which a reader may pay: its code in capital letters, its name in the page's language."""

    code: str
    name: str
    is_chosen: bool


def currencies_for(buyer: Buyer, choices: Iterable[Choice], at: datetime, *, product: str = "pro") -> list[Currency]:
    """The currencies a reader chooses between; none where there is nothing to choose."""
    codes = selling.currencies_for(buyer, (plan for plan in selling.on_sale(at) if plan.product.slug == product))
    chosen = next((each.offer.plan.currency for each in choices if each.is_chosen and each.offer.plan), "")
    found = [Currency(code.upper(), name_of(code), code == chosen) for code in codes]
    return found if len(found) > 1 else []


def after_gift(total: str, day: str) -> str:
    """When and what somebody who reads with a gift is charged first."""
    names = {"total": total, "date": day}
    return _("Nothing today. The first charge, %(total)s, comes on %(date)s, when your gift ends.") % names


def with_tax(charge: str) -> str:
    """Prices are without tax; where Stripe adds it, that is said beside every first charge."""
    added = _("Tax is added where it is due.")
    return f"{charge} {added}" if settings.STRIPE_TAX else charge


def _day(moment: datetime, zone: ZoneInfo | None) -> str:
    return date_format(localtime(moment, zone), "DATE_FORMAT")


def _as_for(user: User | AnonymousUser, plan: Plan | None, at: datetime, *, is_shared: bool = False) -> Offer:
    if plan is None or not isinstance(user, User):
        return offer_of(plan, at)
    zone = None if is_shared else ZoneInfo(user.time_zone)
    if (begins_at := claiming.first_charge_after(user, plan.product, at)) is not None:
        return _after_gift(offer_of(plan, at, with_trial=False, zone=zone), plan, begins_at)
    refusal = trials.refusal(user, plan.product)
    offer = offer_of(plan, at, with_trial=refusal is None, zone=zone)
    return replace(offer, why_no_trial=_why_no_trial(refusal)) if refusal and plan.trial_days else offer


def _after_gift(offer: Offer, plan: Plan, begins_at: datetime) -> Offer:
    """The offer to somebody who reads with a gift: the first charge comes when that ends."""
    return replace(
        offer,
        charge_line=with_tax(after_gift(money(plan.amount, plan.currency), _day(begins_at, offer.zone))),
        button=_("Go on for %(per)s") % {"per": offer.total_line},
        first_charge_at=begins_at,
        is_after_gift=True,
    )


def _why_no_trial(refusal: trials.Refusal) -> str:
    if refusal == trials.Refusal.SAME_MAILBOX:
        return _(
            "There is no free trial this time: your address is another spelling of one that has had a trial, and each "
            "mailbox gets one."
        )
    if refusal == trials.Refusal.SAME_CARD:
        return _(
            "There is no free trial this time: your card has had one with another account, and each card gets one."
        )
    if refusal == trials.Refusal.HAD_ONE:
        return _("There is no free trial this time: you have had yours, and everybody gets one.")
    if refusal == trials.Refusal.DISPUTED:
        return _("There is no free trial while your bank disputes a payment of yours.")
    return _("There is no free trial this time: you have been a member before.")


def _said_to_everywhere(offer: Offer) -> Offer:
    """The offer on a page that is kept for everybody: it names no sum that some of its readers would not pay."""
    if offer.plan is None:
        return replace(offer, charge_line=_("Prices differ by country. The next page says yours."))
    price = _("%(price)s. In some countries it is another price.") % {"price": offer.price_line}
    charge = _("The next page says your price, and when the first charge comes.")
    return replace(offer, price_line=price, charge_line=charge, button="")


def _said_in_one_currency(offer: Offer) -> Offer:
    """The same where everybody may choose the currency, but for whoever has paid in one before."""
    price = _("%(price)s, or in another currency.") % {"price": offer.price_line}
    charge = _("The next page says your price, and when the first charge comes.")
    return replace(offer, price_line=price, charge_line=charge, button="")


def _kind(plan: Plan) -> tuple[str, str]:
    return plan.audience, plan.interval


def _label(plan: Plan) -> str:
    is_yearly = plan.interval == Plan.Interval.YEAR
    if plan.audience == Plan.Audience.STUDENT:
        return _("Yearly, for students") if is_yearly else _("Monthly, for students")
    return _("Yearly") if is_yearly else _("Monthly")


def _saving(plan: Plan, others: Iterable[Plan]) -> str:
    """What a year of it saves against twelve months of the monthly plan for the same people."""
    if plan.interval != Plan.Interval.YEAR:
        return ""
    monthly = Plan.Interval.MONTH
    like = (plan.audience, monthly, plan.currency)
    saved = [
        other.amount * 12 - plan.amount for other in others if (other.audience, other.interval, other.currency) == like
    ]
    if not saved or saved[0] <= 0:
        return ""
    return _("You save %(saved)s a year.") % {"saved": money(saved[0], plan.currency)}


def wall_for(
    verdict: Verdict, at: datetime, path: str, user: User | AnonymousUser, *, terms: Terms | None = None
) -> Wall | None:
    """The wall a verdict puts up, or ``None`` where it opens. ``path`` is where the reader wants to come back to.

    A reading rule's ``terms`` may offer another plan there, and other readings with an account.
    """
    if verdict.is_granted:
        return None
    back = urlencode({"next": path})
    signin = "" if user.is_authenticated else f"{reverse('account_login')}?{back}"
    if verdict.reason == Reason.NEEDS_LOGIN:
        return Wall(
            kind=verdict.reason,
            is_pro=False,
            reason=_("The rest of this article is for registered readers."),
            offer=_("Read on with a free account"),
            price="",
            first_charge=_("It takes an email address and a code. It costs nothing."),
            start_label=_("Create a free account"),
            start_url=f"{reverse('account_signup')}?{back}",
            signin_url=signin,
        )
    plan = terms.plan if terms else None
    offer = offer_for(user, at, verdict.opens_with or "pro", plan=plan, is_shared=True)
    way = {"next": path, "plan": plan.lookup_key} if plan else {"next": path}
    return Wall(
        kind=verdict.reason,
        is_pro=True,
        reason=_why_closed(verdict, user, at, terms.promised if terms else None),
        offer=offer.trial_line or _("Read on with %(pro)s") % {"pro": settings.PRO_NAME},
        price=offer.price_line,
        first_charge=offer.charge_line,
        start_label=offer.button or _("See %(pro)s") % {"pro": settings.PRO_NAME},
        start_url=f"{reverse('pro')}?{urlencode(_spoken(way))}",
        signin_url=signin,
    )


def _why_closed(verdict: Verdict, user: User | AnonymousUser, at: datetime, with_account: int | None) -> str:
    if verdict.reason != Reason.METER_SPENT or not verdict.allowance:
        return _("The rest of this article is for members of %(pro)s.") % {"pro": settings.PRO_NAME}
    spent = ngettext(
        "You have read your %(count)d free article of this month. Free reading begins anew on %(day)s.",
        "You have read your %(count)d free articles of this month. Free reading begins anew on %(day)s.",
        verdict.allowance,
    )
    why = spent % {"count": verdict.allowance, "day": date_format(metering.renews_on(at), "j F")}
    if with_account is None:
        with_account = metering.terms().registered_allowance
    if user.is_authenticated or with_account <= verdict.allowance:
        return why
    more = _("Signed in, you can read %(count)d a month.") % {"count": with_account}
    return f"{why} {more}"


def _spoken(query: dict[str, str]) -> dict[str, str]:
    """The query of a public address, so that the page there speaks what this one does."""
    language = get_language()
    return query if language in {None, settings.LANGUAGE_CODE} else {**query, "language": language or ""}
