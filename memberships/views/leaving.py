"""Leaving, taking it back, and staying after all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from memberships import clock, leavings
from memberships.currencies import money
from memberships.forms import FarewellForm
from memberships.leavings import Farewell, SaveOffer
from memberships.models import Subscription
from memberships.standing import standing_of
from memberships.stripe import changes, keeping
from memberships.stripe.client import BillingError
from memberships.stripe.keeping import OfferRefused
from memberships.stripe.payload import Unusable
from memberships.subscriptions import STANDING
from memberships.views.person import PersonRequest

log = logging.getLogger(__name__)

_NOT_CHANGED = gettext_lazy("This could not be changed. Write to us.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def cancel(request: PersonRequest) -> HttpResponse:
    """What leaving means, and then, with the second click, leaving."""
    at = clock.now()
    standing = standing_of(request.user, at)
    if standing.subscription is None or not standing.can_cancel:
        messages.info(request, _("There is no membership to cancel. This is where you stand:"))
        return redirect("account_membership")
    form = FarewellForm(
        request.POST if request.method == "POST" else None, initial={"reason": request.GET.get("reason", "")}
    )
    reason = str(form["reason"].value() or "")
    offer = leavings.save_offer_for(standing.subscription, request.user, at, reason)
    if request.method == "POST" and form.is_valid():
        farewell = Farewell(**form.cleaned_data)
        if "stay" in request.POST:
            return _stay(request, standing.subscription, farewell)
        return _leave(request, standing.subscription, farewell, offer)
    reads_on = standing.subscription.rests_by_wish and changes.reads_on_after_rest(standing.subscription, at)
    context = {"standing": standing, "form": form, "offer": offer, "reads_on_after_rest": reads_on}
    return render(request, "memberships/cancel.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@login_required
def resume(request: PersonRequest) -> HttpResponse:
    """Take a cancellation back."""
    standing = standing_of(request.user, clock.now())
    if standing.subscription is None or not standing.can_resume:
        messages.info(request, _("There is no cancellation to take back. This is where you stand:"))
        return redirect("account_membership")
    return _change(request, partial(changes.resume, standing.subscription))


def _leave(
    request: PersonRequest, subscription: Subscription, farewell: Farewell, offer: SaveOffer | None
) -> HttpResponse:
    """Leave, with what was said and what was offered and not taken."""

    def leave(at: datetime) -> Subscription:
        changed = changes.cancel(subscription, at, farewell)
        if offer is not None:
            leavings.declined(changed, offer)
        return changed

    return _change(request, leave)


def _stay(request: PersonRequest, subscription: Subscription, farewell: Farewell) -> HttpResponse:
    """Take the offer, and say what is charged next as Stripe says it."""
    try:
        row = keeping.take(subscription, request.POST["stay"], farewell, clock.now())
    except OfferRefused as refusal:
        messages.info(request, str(refusal))
    except (BillingError, Unusable) as error:
        log.warning("An offer to stay waits: %s", getattr(error, "detail", "") or error)
        messages.error(request, str(error) if isinstance(error, BillingError) else _NOT_CHANGED)
    else:
        day = localtime(row.period_ends_at, ZoneInfo(request.user.time_zone))
        names = {"amount": money(*row.next_charge), "date": date_format(day, "DATE_FORMAT")}
        messages.success(request, _("Thank you for staying. The next charge is %(amount)s, on %(date)s.") % names)
    return redirect("account_membership")


def _change(request: PersonRequest, change: Callable[[datetime], Subscription]) -> HttpResponse:
    try:
        changed = change(clock.now())
    except (BillingError, Unusable) as error:
        log.warning("A change of a membership failed: %s", getattr(error, "detail", "") or error)
        sentence = str(error) if isinstance(error, BillingError) else _NOT_CHANGED
        messages.error(request, sentence)
    else:
        is_ending = changed.cancel_at is not None or changed.status not in STANDING
        messages.success(request, _("Cancelled.") if is_ending else _("Your membership goes on."))
    return redirect("account_membership")
