from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from memberships import clock, promotions, providers, student_prices
from memberships.arrivals import arrival_of
from memberships.forms import ProfileForm
from memberships.models import Invoice, Seat, Team, Voucher
from memberships.offers import offer_for
from memberships.selling import buyer_of
from memberships.standing import standing_of
from memberships.views.person import PersonRequest
from memberships.vouchers import links, wording


@require_safe
@never_cache
@login_required
def account(request: PersonRequest) -> HttpResponse:
    """Where somebody stands, and the way to everything they can change."""
    at = clock.now()
    given = Voucher.objects.bought_by(request.user.email).select_related("plan").order_by("-paid_at")
    context = {
        "standing": standing_of(request.user, at),
        "given": [(gift, wording.for_buyer(gift, at), links.buyer_token(gift)) for gift in given],
        "teams": Team.objects.filter(owner=request.user),
        "seats": Seat.objects.filter(user=request.user, state=Seat.State.ACTIVE).select_related("team"),
    }
    return render(request, "memberships/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: PersonRequest) -> HttpResponse:
    """Name, language and time zone."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Saved."))
        return redirect("account_profile")
    if form.errors:
        request.user.refresh_from_db()  # The masthead must not show what was refused.
    connections = list(providers.connections_of(request.user))
    context = {"form": form, "connections": connections, "more": providers.not_among(connections)}
    return render(request, "memberships/profile.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@login_required
def membership(request: PersonRequest) -> HttpResponse:
    """The subscription in one sentence, its invoices, and what can be done about it."""
    at = clock.now()
    standing = standing_of(request.user, at)
    shown = standing.subscription
    card_expires_on = shown.card_expires_on if shown else None
    context = {
        "standing": standing,
        "wants_proof": shown is not None and student_prices.follows_for_want_of_proof(shown),
        "card_has_expired": card_expires_on is not None and card_expires_on < at.date(),
        "invoices": Invoice.objects.to_show(request.user),
        "seats": Seat.objects.filter(user=request.user, state=Seat.State.ACTIVE).select_related("team"),
    }
    can_buy = standing.is_gift or not (standing.is_open or standing.needs_attention or standing.can_go_on)
    if can_buy and not standing.is_held:
        buyer = buyer_of(request.user, arrival_of(request).country, at)
        code = promotions.to_win_back(request.user, at)
        context["offer"] = promotions.with_code(offer_for(request.user, at, buyer=buyer), code, request.user, at)
    return render(request, "memberships/membership.html", context)
