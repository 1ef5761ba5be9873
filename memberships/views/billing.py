from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberships import clock, orders, promotions
from memberships.arrivals import arrival_of
from memberships.models import CheckoutAttempt, Customer, Plan, Subscription, User
from memberships.offers import offer_for
from memberships.orders import Order
from memberships.returning import safe_path
from memberships.selling import buyer_of, on_sale, refusal_of
from memberships.standing import standing_of
from memberships.stripe import changes
from memberships.stripe.checkout import CheckoutRefused, complete_checkout, start_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.touches import Touch, touch_of
from memberships.views.person import PersonRequest
from memberships.views.pressing import press_of

log = logging.getLogger(__name__)

# Seconds after which the page of somebody who waits for Stripe's word looks again; then it says so and stops.
_LOOKS_AGAIN = (1, 1, 2, 3, 5, 8, 13, 30, 60, 60)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest, lookup_key: str) -> HttpResponse:
    """The offer once more before the till, with its price and dates; the button goes to Stripe."""
    return _begin(request, lookup_key, request.POST.get("terms", ""))


@require_POST
@never_cache
def start_chosen(request: HttpRequest) -> HttpResponse:
    """The same for the plan that was chosen among several; where it is sold no more, back to those that are."""
    chosen = request.POST.get("plan", "")
    if all(plan.lookup_key != chosen for plan in on_sale(clock.now())):
        messages.info(request, _("Choose one of these plans:"))
        return redirect("pro")
    return _begin(request, chosen, request.POST.get(f"terms-{chosen}", ""))


def _begin(request: HttpRequest, lookup_key: str, agreed: str) -> HttpResponse:
    """``agreed`` are the terms of the offer whose button was pressed; pressed is only what is still so."""
    plan = get_object_or_404(Plan.objects.select_related("product"), lookup_key=lookup_key, is_offered=True)
    return_to = safe_path(request.POST.get("next") or request.GET.get("next"))
    at, country = clock.now(), arrival_of(request).country
    code = promotions.written(request.POST.get("code") or request.GET.get("code"))
    offer = promotions.with_code(offer_for(request.user, at, plan=plan), code, request.user, at)
    is_agreed = request.method == "POST" and agreed == offer.terms
    came = request.POST.get("came") or touch_of(request).packed()
    order = Order(lookup_key, offer.terms, return_to, press_of(request, offer.words, at), country, code, came)
    if not isinstance(request.user, User):
        if is_agreed:
            orders.keep(request.session, order)
        return redirect_to_login(order.start_path, reverse("account_signup"))
    not_on_sale = _("This plan is not on sale to you. These are:")
    if refusal := refusal_of(plan, buyer_of(request.user, country, at), not_on_sale):
        messages.info(request, refusal)
        return redirect("pro")
    if is_agreed:
        try:
            touch = Touch.unpacked(came)
            visit = start_checkout(
                request.user, plan, at, return_to, order.press, touch, country=country, promotion=offer.promotion
            )
            return _see_other(visit.url)
        except CheckoutRefused as refused:
            messages.info(request, str(refused))
            return redirect("account_membership")
        except BillingError as error:
            log.warning("The till did not open: %s", error.detail or error)
            messages.error(request, str(error))
            # Where it was the code that was refused, the price is another one now.
            offer = promotions.with_code(offer_for(request.user, at, plan=plan), code, request.user, at)
    elif request.method == "POST":
        messages.info(request, _("The offer has changed since you saw it. Please read it once more."))
    return render(request, "memberships/start.html", {"offer": offer, "next": return_to, "came": came})


@require_safe
@never_cache
@login_required
def checkout_return(request: PersonRequest) -> HttpResponse:
    """Back from Stripe: looks at the visit itself, so that nobody waits for a webhook to read on."""
    at = clock.now()
    try:
        attempt = complete_checkout(request.user, request.GET.get("session_id", ""), at)
    except (BillingError, Unusable) as error:
        log.warning("A return from the till could not be settled yet: %s", getattr(error, "detail", "") or error)
        return render(request, "memberships/return_waiting.html", _looking_again(request))
    if attempt is None:
        return render(request, "memberships/return_unknown.html", status=404)
    if attempt.state != CheckoutAttempt.State.COMPLETED:
        return render(request, "memberships/return_unfinished.html", {"attempt": attempt})
    if Subscription.objects.filter(customer__user=request.user, trial_refused_at__gte=attempt.created_at).exists():
        offer = offer_for(request.user, at, plan=attempt.plan)
        return render(request, "memberships/return_refused.html", {"offer": offer})
    context = {"standing": standing_of(request.user, at), "return_to": safe_path(attempt.return_to)}
    return render(request, "memberships/return_done.html", context)


def _looking_again(request: HttpRequest) -> dict[str, object]:
    """The address of the same page and in how many seconds it looks again by itself: soon, then ever later.

    ``look`` in the address counts; whatever else stands there is the first.
    """
    said = request.GET.get("look", "")
    look = min(int(said), len(_LOOKS_AGAIN)) if said.isascii() and said.isdecimal() and len(said) < 3 else 0
    query = request.GET.copy()
    query["look"] = str(look + 1)
    seconds = _LOOKS_AGAIN[look] if look < len(_LOOKS_AGAIN) else None
    return {"address": f"{request.path}?{query.urlencode()}", "seconds": seconds}


@require_POST
@never_cache
@login_required
def portal(request: PersonRequest) -> HttpResponse:
    """To Stripe's own pages for cards and invoices; with ``to=card`` straight to the page for a new card."""
    standing = standing_of(request.user, clock.now()).subscription
    in_use = Customer.objects.filter(user=request.user, is_in_use=True).first()
    customer = standing.customer if standing else in_use or Customer(user=request.user)
    back, to_change_card = f"{settings.SITE_URL}{reverse('account_membership')}", request.POST.get("to") == "card"
    try:
        return _see_other(changes.portal_address(customer, back, to_change_card=to_change_card))
    except BillingError as error:
        messages.error(request, str(error))
        return redirect("account_membership")


def _see_other(address: str) -> HttpResponseRedirect:
    """A redirect that a browser follows with GET, to an address outside this site."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
