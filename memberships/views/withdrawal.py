from __future__ import annotations

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from memberships import clock, tasks, withdrawals
from memberships.forms import WithdrawalForm
from memberships.models import User
from memberships.withdrawals import Declaration, WithdrawalRefused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    """Who withdraws, and from what. Whoever is signed in with the address goes on; anybody else is sent a link.

    The answer never depends on whether the address is known.
    """
    user = request.user if isinstance(request.user, User) else None
    known = {"name": user.name, "email": user.email_as_typed} if user else {}
    form = WithdrawalForm(request.POST or None, initial={**known, "reference": request.GET.get("reference", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "memberships/withdraw.html", {"form": form}, status=422 if form.errors else 200)
    email = form.cleaned_data["email"]
    if not ratelimit.consume(request, action="withdraw", key=email.lower()):
        form.add_error(None, _("Too many requests in a short time. Wait a minute, then try again."))
        return render(request, "memberships/withdraw.html", {"form": form}, status=429)
    language = get_language() or settings.LANGUAGE_CODE
    declaration = Declaration(form.cleaned_data["name"], email, form.cleaned_data["reference"], language)
    if user is not None and user.email == email.lower():
        row = withdrawals.declare(declaration, clock.now())
        return _to("withdrawal", withdrawals.token_for(row))
    withdrawals.declare_by_mail(declaration, clock.now())
    return _to("withdraw_sent")


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "memberships/withdraw_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdrawal(request: HttpRequest, token: str) -> HttpResponse:
    """The statement and its button; afterwards, when it arrived and what comes of it. Looking changes nothing."""
    at = clock.now()
    try:
        row = withdrawals.behind(token, at)
    except WithdrawalRefused as refusal:
        return render(request, "memberships/withdrawal_closed.html", {"sentence": str(refusal)}, status=410)
    if request.method == "POST":
        with transaction.atomic():
            if withdrawals.confirm(row, at):
                # With the queue away the next tick does it.
                transaction.on_commit(tasks.go_on_with_acts.delay, robust=True)
        return _to("withdrawal", token)
    if row.state != row.State.ASKED:
        return render(request, "memberships/withdrawal_received.html", {"withdrawal": row})
    outlook = withdrawals.outlook_of(row)
    last_day = withdrawals.last_day(outlook.contract) if outlook.contract else None
    context = {"withdrawal": row, "outlook": outlook, "last_day": last_day}
    return render(request, "memberships/withdrawal.html", context)


def _to(name: str, *args: str) -> HttpResponseRedirect:
    """The next page, in the language of this one."""
    address, language = reverse(name, args=args), get_language()
    is_first = language in {None, settings.LANGUAGE_CODE}
    return HttpResponseRedirect(address if is_first else f"{address}?language={language}")
