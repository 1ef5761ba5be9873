"""Where the links lead by which a mailbox agrees to a change of address, or takes it back. No sign-in: the link is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from memberships import clock
from memberships.people import addresses
from memberships.people.addresses import AddressRefused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def address_change(request: HttpRequest, token: str) -> HttpResponse:
    """One button; looking changes nothing, so that a mail filter that opens links moves nobody."""
    at, template = clock.now(), "memberships/address_change.html"
    try:
        if request.method == "POST":
            return render(request, template, {"done": addresses.answer(token, at)})
        change, answer = addresses.read(token, at)
    except AddressRefused as refusal:
        return render(request, template, {"refusal": str(refusal)}, status=410)
    return render(request, template, {"change": change, "is_yes": answer is addresses.Answer.YES})
