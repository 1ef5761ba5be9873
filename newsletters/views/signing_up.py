"""Signing up, and confirming it."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from memberships import clock
from memberships.models import User
from memberships.readers import client_address
from newsletters import floodgate, signups
from newsletters.floodgate import Attempt, OnceMore, attacks
from newsletters.forms import SignupForm
from newsletters.proof_of_work import DIFFICULTY
from newsletters.recipients import language_of
from newsletters.signups import Consent, SignupError, StoppedError
from newsletters.views.pages import list_context
from newsletters.views.speaking import page_in


@csrf_exempt  # The form stands on pages of which everybody gets the same copy; see floodgate.refuse_foreign.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter_signup(request: HttpRequest) -> HttpResponse:
    """Ask for newsletters. With a mistake in it the form comes back on the page of all newsletters.

    A script asks here for what a form on a page that is the same for everybody cannot carry.
    """
    if request.method != "POST":
        wants_stamp = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
        return JsonResponse(_stamped(clock.now())) if wants_stamp else redirect("newsletters")
    form = SignupForm(request.POST)
    if form.is_valid():
        try:
            done = _sign_up(request, form)
        except SignupError as refusal:
            form.add_error(None, str(refusal))
        except OnceMore as once_more:
            return _once_more(request, form, once_more)
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
            confirmed = signups.confirm(token, at, address=client_address(request))
            attacks.note_confirmed(token, at)
            return page_in(language_of(recipient), request, "newsletters/confirmed.html", {"newsletters": confirmed})
    except SignupError as refusal:
        return refused(request, refusal)
    context = {"recipient": recipient, "newsletters": newsletters}
    return page_in(language_of(recipient), request, "newsletters/confirm.html", context)


def refused(request: HttpRequest, refusal: SignupError) -> HttpResponse:
    """A link that leads nowhere, or to what staff have stopped, and why."""
    is_stopped = isinstance(refusal, StoppedError)
    status = HTTPStatus.CONFLICT if is_stopped else HTTPStatus.NOT_FOUND
    return render(
        request, "newsletters/bad_link.html", {"reason": str(refusal), "is_stopped": is_stopped}, status=status
    )


def _sign_up(request: HttpRequest, form: SignupForm) -> signups.Request:
    """Raises SignupError and OnceMore."""
    at, address, data = clock.now(), client_address(request), form.cleaned_data
    floodgate.refuse_foreign(request)
    brought = Attempt(data["email"], address, data["website"], data["shown"], data["answer"], data["is_again"])
    floodgate.admit(brought, at)
    consent = Consent(source=_source(request, form), text=consent_text(), address=address)
    user = request.user if isinstance(request.user, User) else None
    done = signups.request(
        data["email"], list(data["newsletters"]), consent, at, user=user, language=get_language() or ""
    )
    if not done.is_confirmed:
        attacks.note_asked(at)
    return done


def _source(request: HttpRequest, form: SignupForm) -> str:
    """The page the form was filled in on."""
    return form.cleaned_data["source"] or _page(request.headers.get("Referer", ""))[:200]


def _page(address: str) -> str:
    """The address without what stands behind a ?: that may be somebody else's pass to a story."""
    try:
        return urlsplit(address)._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def _once_more(request: HttpRequest, form: SignupForm, once_more: OnceMore) -> HttpResponse:
    """The form with all that was filled in, to be sent by one press."""
    data = form.cleaned_data
    context = {
        "email": data["email"],
        "newsletters": data["newsletters"],
        "source": _source(request, form),
        "shown": once_more.shown,
        "wants_work": once_more.wants_work,
        "is_early": data["is_again"] and data["shown"] == once_more.shown,
    }
    return render(request, "newsletters/once_more.html", context)


def _stamped(at: datetime) -> dict[str, object]:
    """A stamp, its puzzle, the scripts that see to both, and the words in which the form says that it is busy."""
    return {
        "shown": floodgate.stamp(at),
        "quickest": floodgate.QUICKEST.total_seconds(),
        "patience": floodgate.PATIENCE.total_seconds(),
        "difficulty": DIFFICULTY,
        "is_guarded": attacks.is_on(at),
        "script": static("js/signup-form.js"),
        "worker": static("js/signup-worker.js"),
        "wait": _("One moment, please."),
        "work": _(
            "Machines are signing people up at the moment. Your browser solves a small puzzle, then the form goes."
        ),
    }


def consent_text() -> str:
    """What stands beside the button; kept with every sign-up."""
    return _("We write to confirm first. One click leaves.")
