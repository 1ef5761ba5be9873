"""Leaving, and choosing what one gets, by the links in our mail: whoever holds the link holds the mailbox."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from memberships import clock
from memberships.models import User
from memberships.readers import reader_for
from newsletters import signups, suppression
from newsletters.forms import ChoiceForm
from newsletters.models import Newsletter, Recipient, Signup
from newsletters.recipients import language_of
from newsletters.signups import Consent, SignupError
from newsletters.tracking import keeping
from newsletters.views.signing_up import refused
from newsletters.views.speaking import page_in

MONTH = timedelta(days=30)


@csrf_exempt  # The token in the address is the proof; mail clients send neither cookie nor token of ours (RFC 8058).
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows buttons and changes nothing. POST leaves, or pauses for a month, whether a person or their mail client
    sends it.

    RFC 8058 §3.2: the answer to a one-click POST is no redirect.
    """
    try:
        recipient, newsletter = signups.behind_unsubscribing(token)
    except SignupError as refusal:
        return refused(request, refusal)
    language, context = language_of(recipient), {"recipient": recipient, "newsletter": newsletter}
    if request.method != "POST":
        return page_in(language, request, "newsletters/unsubscribe.html", context)
    if "pause" in request.POST:
        until = clock.now().date() + MONTH
        if signups.pause(recipient, newsletter, until, clock.now()):
            return page_in(language, request, "newsletters/paused.html", {**context, "until": until})
        return page_in(language, request, "newsletters/left.html", context, HTTPStatus.CONFLICT)
    if "undo" in request.POST:
        try:
            signups.rejoin(recipient, newsletter, clock.now())
        except SignupError as refusal:
            return refused(request, refusal)
        return page_in(language, request, "newsletters/confirmed.html", {"newsletters": [newsletter]})
    signups.leave(recipient, newsletter, clock.now())
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(_("You have left."), content_type="text/plain; charset=utf-8")
    return page_in(language, request, "newsletters/left.html", context)


@csrf_exempt  # As above.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offers_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No offers to come back any more: GET shows a button, POST stops them, as above."""
    try:
        recipient = signups.behind_offers(token)
    except SignupError as refusal:
        return refused(request, refusal)
    is_stopped = request.method == "POST"
    if is_stopped:
        signups.stop_offers(recipient, clock.now())
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(_("You have left."), content_type="text/plain; charset=utf-8")
    context = {"recipient": recipient, "is_stopped": is_stopped}
    return page_in(language_of(recipient), request, "newsletters/offers.html", context)


@csrf_exempt  # As above.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Every newsletter on or off, or all of them off."""
    try:
        recipient = signups.behind_preferences(token)
    except SignupError as refusal:
        return refused(request, refusal)
    with translation.override(language_of(recipient)):
        outcome = save_choice(request, recipient, "preferences") if request.method == "POST" else {}
    context = {**choices_of(recipient, recipient.user), **outcome, "recipient": recipient}
    return page_in(language_of(recipient), request, "newsletters/preferences.html", context)


def save_choice(request: HttpRequest, recipient: Recipient, source: str) -> dict[str, Any]:
    """Do what the posted choice says; what to tell about it."""
    at, form = clock.now(), ChoiceForm(request.POST)
    if "leave_all" in request.POST:
        signups.leave_all(recipient, at)
        return {"saved": _("You get no newsletters any more.")}
    if not form.is_valid():
        return {"refusal": form.errors["newsletters"][0]}
    if "counting" in request.POST:
        keeping.let(recipient, at, is_counted="uncounted" not in request.POST)
    consent = Consent(source, _("Chosen on the page of newsletter preferences."))
    offered = Newsletter.objects.offered()
    try:
        signups.choose(recipient, form.pauses(), offered, consent, at, weekly=form.weekly())
    except ValidationError as refusal:
        return {"refusal": refusal.messages[0]}
    except SignupError as refusal:
        return {"refusal": str(refusal)}
    return {"saved": _("Your choice is saved.")}


def choices_of(recipient: Recipient | None, user: User | None) -> dict[str, Any]:
    """Every newsletter with whether it is on and may be chosen; whether all of them are stopped; and whether what they
    follow is counted."""
    at = clock.now()
    reader = reader_for(user, at)
    held = {each.newsletter_id: each for each in recipient.signups.confirmed()} if recipient else {}
    choices = [
        {
            "newsletter": newsletter,
            "is_on": newsletter.pk in held,
            "paused_until": held[newsletter.pk].paused_until if newsletter.pk in held else None,
            "is_weekly": newsletter.pk in held and held[newsletter.pk].rhythm == Signup.Rhythm.WEEKLY,
            "has_weeks": len(newsletter.days) > 1 and newsletter.kind == Newsletter.Kind.BRIEFING,
            "is_open": signups.is_open_to(newsletter, reader, at),
        }
        for newsletter in Newsletter.objects.offered().select_related("product")
    ]
    today = at.date()
    is_counted = recipient is None or recipient.is_counted
    return {
        "choices": choices,
        "first_day": today + timedelta(days=1),
        "last_day": today + signups.LONGEST_PAUSE,
        "is_counted": is_counted,
        "is_stopped": recipient is not None and bool(held) and suppression.is_liftable(recipient),
        "asks_about_counting": settings.COUNT_MAIL or not is_counted,
    }
