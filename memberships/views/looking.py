"""The way back from looking at the site as a reader."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from memberships import clock
from memberships.people import looking
from memberships.views.person import PersonRequest


@require_POST
@never_cache
@login_required
def look_end(request: PersonRequest) -> HttpResponse:
    looking.end(request.session, request.user, clock.now())
    response = redirect("admin:index" if request.user.is_staff else "account")
    response.delete_cookie("looking")
    return response
