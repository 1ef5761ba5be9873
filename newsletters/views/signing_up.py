"""Signing up, and confirming it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from memberships import clock
from memberships.models import User
from memberships.readers import client_address
from newsletters import floodgate, signups
from newsletters.forms import SignupForm
from newsletters.recipients import language_of
from newsletters.signups import Consent, SignupError
from newsletters.views.pages import list_context
from newsletters.views.speaking import page_in


@csrf_exempt  # The form stands on pages of which everybody gets the same copy; see floodgate.refuse_foreign.
@require_POST
def newsletter_signup(request: HttpRequest) -> HttpResponse:
    """Ask for newsletters. With a mistake in it the form comes back on the page of all newsletters."""
    form = SignupForm(request.POST)
    if form.is_valid():
        try:
            done = _sign_up(request, form)
        except SignupError as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"done": done, "newsletters": form.cleaned_data["newsletters"]}
            return render(request, "newsletters/signed_up.html", context)
    context = list_context(request, form, request.POST.getlist("newsletters"))
    return render(request, "newsletters/list.html", context, status=HTTPStatus.BAD_REQUEST)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signup_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Following the link shows a button, for mail scanners follow links too; the button confirms."""
    at = clock.now()
    try:
        recipient, newsletters = signups.pending(token, at)
        if request.method == "POST":
            confirmed = signups.confirm(token, at)
            return page_in(language_of(recipient), request, "newsletters/confirmed.html", {"newsletters": confirmed})
    except SignupError as refusal:
        return refused(request, refusal)
    context = {"recipient": recipient, "newsletters": newsletters}
    return page_in(language_of(recipient), request, "newsletters/confirm.html", context)


def refused(request: HttpRequest, refusal: SignupError) -> HttpResponse:
    """A link that leads nowhere, and why."""
    return render(request, "newsletters/bad_link.html", {"reason": str(refusal)}, status=HTTPStatus.NOT_FOUND)


def _sign_up(request: HttpRequest, form: SignupForm) -> signups.Request:
    """Raises SignupError."""
    at, address, data = clock.now(), client_address(request), form.cleaned_data
    floodgate.refuse_foreign(request)
    floodgate.refuse_machine(data["website"], data["shown"], at)
    floodgate.refuse_flood(data["email"], address)
    consent = Consent(source=data["source"] or request.headers.get("Referer", ""), text=consent_text(), address=address)
    user = request.user if isinstance(request.user, User) else None
    return signups.request(
        data["email"], list(data["newsletters"]), consent, at, user=user, language=get_language() or ""
    )


def consent_text() -> str:
    """What stands beside the button; kept with every sign-up."""
    return _("We write to confirm first. One click leaves.")
