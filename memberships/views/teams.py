from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberships import clock
from memberships.forms import InquiryForm, InviteForm
from memberships.models import Seat, Team, User
from memberships.teams import contracts, inquiries, invitations, rooms, seats
from memberships.teams.contracts import SeatError
from memberships.views.person import PersonRequest


@require_safe
@never_cache
@login_required
def team(request: PersonRequest) -> HttpResponse:
    """The teams somebody owns, with their seats; only owners see who sits where."""
    owned = Team.objects.filter(owner=request.user).select_related("product")
    return _team_page(request, list(owned), InviteForm())


@require_POST
@never_cache
@login_required
def team_invite(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Invite the pasted addresses; the answer says for each what became of it."""
    owned = get_object_or_404(Team.objects.select_related("product"), public_id=public_id, owner=request.user)
    form, results = InviteForm(request.POST), []
    if form.is_valid():
        try:
            results = seats.invite(owned, form.cleaned_data["addresses"], request.user, clock.now())
            form = InviteForm()
        except SeatError as error:
            form.add_error(None, str(error))
    return _team_page(request, [owned], form, results)


@require_POST
@never_cache
@login_required
def seat_release(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Free a seat: the owner any of the team's, a reader their own."""
    mine = Q(team__owner=request.user) | Q(user=request.user)
    seat = get_object_or_404(Seat.objects.select_related("team").filter(mine), public_id=public_id)
    if seats.release(seat, request.user, clock.now()):
        messages.success(request, _("The seat of %(address)s is free again.") % {"address": seat.email})
    return redirect("account_team" if seat.team.owner_id == request.user.pk else "account_membership")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at an invitation changes nothing; the button takes the seat."""
    at = clock.now()
    try:
        seat = invitations.read(token)
        if request.method == "POST" and isinstance(request.user, User):
            seat = seats.accept(token, request.user, at)
            messages.success(request, _("Welcome. You read with a seat in %(team)s.") % {"team": seat.team.name})
            return redirect("account_membership")
        if seat.user_id is not None and seat.user_id == request.user.pk:
            return redirect("account_membership")
        contracts.refuse_when_over(seat.team, at)
        invitations.refuse_when_closed(seat, at)
    except SeatError as error:
        return render(request, "memberships/invitation_closed.html", {"sentence": str(error)}, status=410)
    is_stranger = isinstance(request.user, User) and not invitations.is_for(seat, request.user)
    return render(request, "memberships/invitation.html", {"seat": seat, "is_stranger": is_stranger})


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest) -> HttpResponse:
    """A company asks for a team."""
    form = InquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.is_trapped:
            inquiries.receive(form.save(commit=False), clock.now())
        return redirect("teams_inquiry_thanks")
    return render(request, "memberships/inquiry.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def inquiry_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "memberships/inquiry_thanks.html")


def _team_page(
    request: PersonRequest, owned: list[Team], form: InviteForm, results: Sequence[seats.Result] = ()
) -> HttpResponse:
    context = {"rooms": rooms.rooms_of(owned, clock.now()), "form": form, "results": results}
    return render(request, "memberships/team.html", context, status=422 if form.errors else 200)
