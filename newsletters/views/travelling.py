"""What the links of a journey's letters lead to: whoever holds the link holds the mailbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from memberships import clock
from newsletters import signups
from newsletters.journeys import stopping
from newsletters.recipients import language_of
from newsletters.signups import SignupError
from newsletters.views.signing_up import refused
from newsletters.views.speaking import page_in


@csrf_exempt  # The token in the address is the proof; mail clients send neither cookie nor token of ours (RFC 8058).
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def journey_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No further letter of this journey: GET shows a button, POST stops it, by a person or by their mail client."""
    try:
        recipient, journey = signups.behind_journey(token)
    except SignupError as refusal:
        return refused(request, refusal)
    is_stopped = request.method == "POST"
    if is_stopped:
        stopping.leave(recipient, journey, clock.now())
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(_("You have left."), content_type="text/plain; charset=utf-8")
    context = {"recipient": recipient, "is_stopped": is_stopped}
    return page_in(language_of(recipient), request, "newsletters/journey.html", context)
