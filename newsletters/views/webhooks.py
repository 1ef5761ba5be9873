"""Where mail providers report."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from memberships import clock
from newsletters.delivery.providers import listening, reports


@csrf_exempt  # Machines sign what they send; the provider's own view checks it.
def email_webhook(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Keep what a provider of this install reports; any other is unknown here. It is worked off later."""
    if request.method not in listening.methods_of(provider):
        return HttpResponseNotAllowed(sorted(listening.methods_of(provider)))
    try:
        heard = listening.hear(provider, request)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BadRequest("The body is no report of that provider.") from None
    if heard is None:
        raise Http404(_("This install does not send mail through that provider, or its secret is not set."))
    reports.keep(provider, heard.events, clock.now())
    return heard.response
