"""Where mail providers report."""

from __future__ import annotations

from json import JSONDecodeError

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletters.delivery.providers.reports import tracking_view


@csrf_exempt  # Machines sign what they send; the provider's own view checks it.
@require_http_methods(["HEAD", "POST"])
def email_webhook(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take the reports of the provider this install sends through; any other is unknown here."""
    view = tracking_view(provider)
    if view is None:
        raise Http404(_("This install does not send mail through that provider, or its secret is not set."))
    try:
        return view(request)
    except JSONDecodeError:
        raise BadRequest("The body is no JSON.") from None
