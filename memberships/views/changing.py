"""Another plan, and a rest: each is looked at on a page before anything is done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from memberships import clock, pauses, plan_changes, student_prices
from memberships.arrivals import arrival_of
from memberships.models import Plan, Subscription
from memberships.offers import offer_of
from memberships.plan_changes import Begins, Look
from memberships.selling import buyer_of, on_sale
from memberships.standing import standing_of
from memberships.stripe import pausing, switching
from memberships.stripe.client import BillingError
from memberships.stripe.pausing import PauseRefused
from memberships.stripe.payload import Unusable
from memberships.stripe.switching import SwitchRefused
from memberships.views.person import PersonRequest
from memberships.views.pressing import press_of

log = logging.getLogger(__name__)

_SALT = "memberships.views.changing"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def change(request: PersonRequest) -> HttpResponse:
    """The plans one may change to; then one of them with what it charges, to the cent; then the change."""
    at = clock.now()
    subscription = standing_of(request.user, at).subscription
    if request.method == "POST" and "look" in request.POST and subscription is not None:
        return _confirmed(request, subscription, at)
    if subscription is None or not plan_changes.is_open(subscription):
        messages.info(request, _("Your plan cannot be changed just now. This is where you stand:"))
        return redirect("account_membership")
    plans = _choices(request, subscription, at)
    wanted = next((plan for plan in plans if plan.lookup_key == request.POST.get("plan")), None)
    if request.method == "POST" and wanted is None:
        messages.info(request, _("Choose one of these plans:"))
    if wanted is not None:
        try:
            return _look(request, subscription, wanted, at)
        except (SwitchRefused, BillingError) as error:
            _note(request, subscription, error)
    context = {"subscription": subscription, "choices": [offer_of(plan, at, with_trial=False) for plan in plans]}
    return render(request, "memberships/change.html", context)


@require_POST
@never_cache
@login_required
def keep(request: PersonRequest) -> HttpResponse:
    """Take back the plan that was to follow."""
    at = clock.now()
    subscription = standing_of(request.user, at).subscription
    if subscription is None or subscription.next_plan_id is None or subscription.follows_by_move:
        messages.info(request, _("There is no other plan to take back. This is where you stand:"))
        return redirect("account_membership")
    if student_prices.follows_for_want_of_proof(subscription):
        messages.info(request, _("The price for students goes on with another proof. Send it here:"))
        return redirect("account_student")
    return _done(request, subscription, lambda: switching.keep(subscription, at), _("You keep your plan."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def pause(request: PersonRequest) -> HttpResponse:
    """What a rest means, for how long, and then, with the button, resting."""
    at = clock.now()
    subscription = standing_of(request.user, at).subscription
    why_not = pauses.refusal(subscription, at) if subscription else _("There is no membership that could rest.")
    if subscription is None or why_not:
        messages.info(request, why_not)
        return redirect("account_membership")
    if request.method == "POST":
        months = request.POST.get("months", "")
        number = int(months) if months in {"1", "2", "3"} else 0
        return _done(
            request,
            subscription,
            lambda: pausing.pause(subscription, number, at),
            _("Your membership rests."),
            back="account_membership" if number else "account_pause",
        )
    lengths = [(months, pauses.months_on(at, months)) for months in pauses.MONTHS]
    return render(request, "memberships/pause.html", {"subscription": subscription, "lengths": lengths})


@require_POST
@never_cache
@login_required
def go_on(request: PersonRequest) -> HttpResponse:
    """End a rest."""
    at = clock.now()
    standing = standing_of(request.user, at)
    if standing.subscription is None or not standing.can_go_on:
        messages.info(request, _("Your membership does not rest. This is where you stand:"))
        return redirect("account_membership")
    resting = standing.subscription
    return _done(request, resting, lambda: pausing.wake(resting, at), _("Your membership goes on."))


def _choices(request: PersonRequest, subscription: Subscription, at: datetime) -> list[Plan]:
    buyer = buyer_of(request.user, arrival_of(request).country, at)
    return plan_changes.choices(subscription, on_sale(at), buyer)


def _look(request: PersonRequest, subscription: Subscription, wanted: Plan, at: datetime) -> HttpResponse:
    look = switching.look_at(subscription, wanted, at)
    context = {
        "subscription": subscription,
        "plan": wanted,
        "terms": plan_changes.terms(subscription, look, wanted),
        "look": _signed(subscription, look),
    }
    return render(request, "memberships/change_look.html", context)


def _confirmed(request: PersonRequest, subscription: Subscription, at: datetime) -> HttpResponse:
    look = _brought(request, subscription)
    wanted = Plan.objects.select_related("product").filter(lookup_key=look.to_plan).first() if look else None
    if look is None or wanted is None:
        messages.info(request, _("Please look at the change once more."))
        return redirect("account_change")
    press = press_of(request, plan_changes.terms(subscription, look, wanted).words, at)
    try:
        switching.change(subscription, wanted, look, press, at)
    except (SwitchRefused, BillingError, Unusable) as error:
        _note(request, subscription, error)
        return redirect("account_change")
    is_later = look.begins == Begins.RENEWAL
    messages.success(request, _("Your plan changes with the next period.") if is_later else _("Your plan is changed."))
    return redirect("account_membership")


def _done(
    request: PersonRequest,
    subscription: Subscription,
    act: Callable[[], object],
    sentence: str,
    *,
    back: str = "account_membership",
) -> HttpResponse:
    try:
        act()
    except (PauseRefused, BillingError, Unusable) as error:
        _note(request, subscription, error)
    else:
        messages.success(request, sentence)
    return redirect(back)


def _note(request: PersonRequest, subscription: Subscription, error: Exception) -> None:
    log.warning("A change of %s failed: %s", subscription.stripe_id, getattr(error, "detail", "") or error)
    is_plain = not isinstance(error, Unusable)
    messages.error(request, str(error) if is_plain else _("This could not be changed. Write to us."))


def _signed(subscription: Subscription, look: Look) -> str:
    fields = {
        "key": str(look.key),
        "from_plan": look.from_plan,
        "to_plan": look.to_plan,
        "begins": look.begins,
        "amount": look.amount,
        "currency": look.currency,
        "shown_at": look.shown_at.isoformat(),
    }
    return signing.dumps(fields, salt=f"{_SALT}:{subscription.public_id}")


def _brought(request: PersonRequest, subscription: Subscription) -> Look | None:
    """What was shown of this subscription; ``None`` for what we never showed."""
    try:
        fields = signing.loads(request.POST.get("look", ""), salt=f"{_SALT}:{subscription.public_id}")
    except signing.BadSignature:
        return None
    return Look(
        key=UUID(fields["key"]),
        from_plan=fields["from_plan"],
        to_plan=fields["to_plan"],
        begins=Begins(fields["begins"]),
        amount=fields["amount"],
        currency=fields["currency"],
        shown_at=datetime.fromisoformat(fields["shown_at"]),
    )
