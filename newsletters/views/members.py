"""Newsletters of somebody signed in, and the ranking of industries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from memberships import clock
from memberships.access import Item, decide
from memberships.models import User
from memberships.offers import wall_for
from memberships.readers import reader_of
from newsletters import ranking
from newsletters.editions import timetable_of
from newsletters.models import Newsletter, Recipient, Signup
from newsletters.ranking import RankingError
from newsletters.recipients import account_behind, recipient_of
from newsletters.views.leaving import choices_of, save_choice

PRODUCT = "pro"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_newsletters(request: HttpRequest) -> HttpResponse:
    """What goes to the account's own address; it must be a confirmed one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required saw to it.
    outcome: dict[str, Any] = {}
    recipient = Recipient.objects.select_related("user").filter(user=user).first()
    is_confirmed = account_behind(user.email) is not None
    if request.method == "POST" and is_confirmed:
        recipient = recipient_of(user, clock.now())
        outcome = save_choice(request, recipient, "account")
    context = {
        **choices_of(recipient, user),
        **outcome,
        "is_confirmed": bool(account_behind(user.email)),
    }
    return render(request, "newsletters/account.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def industries(request: HttpRequest) -> HttpResponse:
    """The nine industries; members put them in their own order, by buttons or by numbers."""
    at = clock.now()
    verdict = decide(reader_of(request, at), Item("product", PRODUCT), at)
    user = request.user if isinstance(request.user, User) and verdict.is_granted else None
    refusal = ""
    if request.method == "POST" and user:
        try:
            _rank(request, user)
            return HttpResponseRedirect(reverse("industries"))
        except RankingError as error:
            refusal = str(error)
    wall = wall_for(verdict, at, request.path, request.user)
    reason = _("Ranking the industries is for members of %(pro)s.") % {"pro": settings.PRO_NAME}
    context = {
        "industries": ranking.order_of(user),
        "may_rank": user is not None,
        "wall": replace(wall, reason=reason) if wall else None,
        "refusal": refusal,
        "review": _next_review(user, at) if user else None,
    }
    status = HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK
    return render(request, "newsletters/industries.html", context, status=status)


def _next_review(user: User, at: datetime) -> dict[str, Any] | None:
    """The member's review and when its next one comes; ``None`` for who has left it, or gets none."""
    got = Signup.objects.confirmed().filter(recipient__user=user, newsletter__kind=Newsletter.Kind.REVIEW)
    signup = got.filter(newsletter__is_active=True).select_related("newsletter").first()
    due = timetable_of(signup.newsletter).next_after(at) if signup else None
    return {"newsletter": signup.newsletter, "day": due.on} if signup and due else None


def _rank(request: HttpRequest, user: User) -> None:
    """Raises RankingError."""
    slug, _colon, direction = request.POST.get("move", "").partition(":")
    if direction in {"up", "down"}:
        ranking.move(user, slug, -1 if direction == "up" else 1)
    else:
        ranking.arrange(user, {name.removeprefix("place-"): str(value) for name, value in request.POST.items()})
