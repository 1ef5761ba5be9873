from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from memberships import clock, sessions
from memberships.models import SignIn
from memberships.views.person import PersonRequest

MOST_SIGN_INS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def devices(request: PersonRequest) -> HttpResponse:
    """Where somebody is signed in, and how they came in lately; the button signs out everywhere but here."""
    here = request.session.session_key
    if request.method == "POST":
        ended = sessions.end_others(request.user, here)
        said = ngettext("Signed out on %(number)d device.", "Signed out on %(number)d devices.", ended)
        messages.success(request, said % {"number": ended})
        return redirect("usersessions_list")
    context = {
        "places": sessions.places_of(request.user, clock.machine_now(), here),
        "sign_ins": SignIn.objects.filter(user=request.user)[:MOST_SIGN_INS],
    }
    return render(request, "memberships/devices.html", context)


@require_POST
@never_cache
@login_required
def session_end(request: PersonRequest, number: int) -> HttpResponse:
    """Sign out in one place. Where it is over already, nothing is left to do."""
    sessions.end(request.user, number)
    messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")
