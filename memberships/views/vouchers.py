from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberships import clock
from memberships.arrivals import arrival_of
from memberships.forms import GiftForm, delivery_of
from memberships.models import User, Voucher
from memberships.selling import Buyer
from memberships.stripe import voucher_till
from memberships.stripe.checkout import CheckoutRefused
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.views.pressing import press_of
from memberships.vouchers import buying, changing, claiming, links, wording
from memberships.vouchers.claiming import VoucherRefused

log = logging.getLogger(__name__)

State = Voucher.State


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def give(request: HttpRequest) -> HttpResponse:
    """Somebody buys a membership for somebody else; the button goes to Stripe."""
    at, user = clock.now(), request.user if isinstance(request.user, User) else None
    plans = buying.on_sale(Buyer(arrival_of(request).country))
    known = {"buyer_name": user.name, "buyer_email": user.email_as_typed} if user else {}
    form = GiftForm(request.POST or None, plans=plans, at=at, initial=known)
    if request.method == "POST" and plans and form.is_valid():
        if form.is_trapped:
            return redirect("vouchers")
        wish = form.wish(get_language() or settings.LANGUAGE_CODE)
        press = press_of(request, wording.agreed_to(form.chosen), at)
        voucher = buying.write_down(form.chosen, wish, user, form.key_of_press, press)
        try:
            return _see_other(voucher_till.open_till(voucher, at))
        except CheckoutRefused as refusal:
            form.add_error(None, str(refusal))
        except BillingError as error:
            log.warning("The till for a gift did not open: %s", error.detail or error)
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    words = {"promise": wording.PROMISE, "button": wording.BUTTON, "conditions": wording.CONDITIONS}
    return render(request, "memberships/voucher_give.html", {"form": form, "plans": plans, **words}, status=status)


@require_safe
@never_cache
def back_from_till(request: HttpRequest) -> HttpResponse:
    """Back from Stripe: looks at the session itself, and goes on to the gift's own page."""
    try:
        voucher = voucher_till.settle_session(request.GET.get("session_id", ""), clock.now())
    except (BillingError, Unusable) as error:
        log.warning("A gift could not be settled yet: %s", getattr(error, "detail", "") or error)
        context = {"address": request.get_full_path()}
        return render(request, "memberships/voucher_waiting.html", context)
    if voucher is None:
        sentence = _("This link belongs to no order of a gift: a part of it is missing.")
        return render(request, "memberships/voucher_closed.html", {"sentence": sentence}, status=404)
    return redirect("voucher_bought", links.buyer_token(voucher))


@require_safe
@never_cache
def bought(request: HttpRequest, token: str) -> HttpResponse:
    """The buyer's page of a gift: where it stands, and what can still be changed."""
    return _bought_page(request, _bought(token), token)


@require_POST
@never_cache
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """To the till once more; what was paid meanwhile is found out first."""
    at = clock.now()
    try:
        voucher = voucher_till.settle(_bought(token), at)
        if voucher.state == State.DRAFT:
            return _see_other(voucher_till.open_till(voucher, at))
    except CheckoutRefused as refusal:
        messages.info(request, str(refusal))
    except (BillingError, Unusable) as error:
        log.warning("The till for a gift did not open: %s", getattr(error, "detail", "") or error)
        messages.error(request, str(error))
    return redirect("voucher_bought", token)


@require_POST
@never_cache
def redirected(request: HttpRequest, token: str) -> HttpResponse:
    """Another address or day."""
    voucher, at = _bought(token), clock.now()
    form = delivery_of(voucher, request.POST, at)
    if not form.is_valid():
        return _bought_page(request, voucher, token, form)
    found = form.cleaned_data
    try:
        changing.redirect(
            voucher, found["recipient_name"], found["recipient_email"], form.deliver_at, found["time_zone"], at
        )
    except VoucherRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Changed."))
    return redirect("voucher_bought", token)


@require_POST
@never_cache
def send(request: HttpRequest, token: str) -> HttpResponse:
    """The same once more, with a new link."""
    try:
        changing.send_again(_bought(token), clock.now())
    except VoucherRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It is sent again, with a new link."))
    return redirect("voucher_bought", token)


@require_POST
@never_cache
def to_print(request: HttpRequest, token: str) -> HttpResponse:
    """A page to hand over, with a new link: shown this once, as we keep no copy of it."""
    voucher = _bought(token)
    try:
        made = changing.show_link(voucher, clock.now())
    except VoucherRefused as refusal:
        messages.info(request, str(refusal))
        return redirect("voucher_bought", token)
    address = f"{settings.SITE_URL}{reverse('voucher', args=[made])}"
    return render(request, "memberships/voucher_print.html", {"voucher": voucher, "address": address, "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at a gift changes nothing; the button claims it for whoever is signed in."""
    at, user = clock.now(), request.user if isinstance(request.user, User) else None
    try:
        if request.method == "POST" and user is not None:
            claiming.claim(token, user, at)
            messages.success(request, _("The gift is yours. This is where you stand:"))
            return redirect("account_membership")
        voucher = claiming.find(token)
        if user is not None and voucher.claimed_by_id == user.pk and voucher.state == State.CLAIMED:
            return redirect("account_membership")
        claiming.refuse_when_closed(voucher, at)
    except VoucherRefused as refusal:
        return render(request, "memberships/voucher_closed.html", {"sentence": str(refusal)}, status=410)
    sentence = wording.for_reader(claiming.prospect(voucher, user, at), user) if user else ""
    return render(request, "memberships/voucher.html", {"voucher": voucher, "sentence": sentence})


def _bought(token: str) -> Voucher:
    voucher = links.bought(token)
    if voucher is None:
        raise Http404
    return voucher


def _bought_page(request: HttpRequest, voucher: Voucher, token: str, form: object = None) -> HttpResponse:
    at = clock.now()
    context = {
        "voucher": voucher,
        "token": token,
        "sentence": wording.for_buyer(voucher, at),
        "is_open": voucher.state == State.PAID and voucher.refund_key is None,
        "form": form or delivery_of(voucher, None, at),
    }
    return render(request, "memberships/voucher_bought.html", context, status=422 if form else 200)


def _see_other(address: str) -> HttpResponseRedirect:
    """A redirect that a browser follows with GET, to an address outside this site."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
