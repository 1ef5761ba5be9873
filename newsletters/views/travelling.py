"""What the links of a journey's letters lead to: whoever holds the link holds the mailbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from memberships import clock
from memberships.readers import client_address
from newsletters import signups, silence
from newsletters.journeys import stopping
from newsletters.recipients import language_of
from newsletters.signups import Consent, SignupError
from newsletters.views.signing_up import refused
from newsletters.views.speaking import page_in


@csrf_exempt  # The token in the address is the proof, as below.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_wanted(request: HttpRequest, token: str) -> HttpResponse:
    """Whether somebody still wants a list: GET shows a button and changes nothing, POST says yes."""
    try:
        recipient, newsletter = signups.behind_keeping(token)
    except SignupError as refusal:
        return refused(request, refusal)
    language = language_of(recipient)
    if request.method == "POST":
        with translation.override(language):
            consent = Consent("still-wanted", _("Yes, keep sending it"), client_address(request))
        try:
            silence.keep(recipient, newsletter, consent, clock.now())
        except SignupError as refusal:
            return refused(request, refusal)
    held = recipient.signups.confirmed().filter(newsletter=newsletter)
    context = {"recipient": recipient, "newsletter": newsletter, "is_said": request.method == "POST"}
    return page_in(language, request, "newsletters/still_wanted.html", {**context, "is_on": held.exists()})


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
