from __future__ import annotations

from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles import structured_data
from articles.body_schema import clean
from articles.events import registering
from articles.events.calendar import as_ics
from articles.events.registering import RegistrationError
from articles.media.pictures import picture_view
from articles.models import Event
from articles.rendering import render as render_html
from articles.signals import event_left, event_registered
from articles.surrogates import LISTS, keep
from memberships import clock
from memberships.models import User
from memberships.offers import wall_for
from memberships.readers import reader_of


class RegistrationForm(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("Your question for the speakers"), max_length=500, required=False, widget=forms.Textarea
    )


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What is coming, then what has been."""
    at = clock.now()
    context = {"upcoming": Event.objects.upcoming(at), "past": Event.objects.past(at)[:20], "is_shared": True}
    response = render(request, "events/list.html", context)
    keep(response, at, keys=[LISTS])
    return response


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _event(slug), RegistrationForm())


@require_POST
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a place. Whoever is not signed in is asked to, and comes back to the event."""
    at, found = clock.now(), _event(slug)
    if not isinstance(request.user, User):
        return redirect(_sign_in_and_back(found))
    form = RegistrationForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        with transaction.atomic():
            held = registering.register(found, request.user, reader_of(request, at), at, form.cleaned_data["question"])
            transaction.on_commit(partial(event_registered.send_robust, sender=__name__, registration=held, at=at))
    except RegistrationError as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("You have a place. We have sent you the details."))
    return redirect(found)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the place back."""
    at, found = clock.now(), _event(slug)
    if not isinstance(request.user, User):
        return redirect(_sign_in_and_back(found))
    if registering.leave(found, request.user, at):
        event_left.send_robust(sender=__name__, event=found, user=request.user, at=at)
        messages.success(request, _("Your place is free for somebody else."))
    return redirect(found)


@require_safe
@login_required
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """The room of a live event: for those who have a place and still may come, from half an hour before."""
    at, found = clock.now(), _event(slug)
    if found.kind != Event.Kind.LIVE:
        raise Http404(_("This event takes place in a room, not on a screen."))
    is_in = (
        isinstance(request.user, User)
        and registering.has_place(found, request.user)
        and registering.may_register(found, reader_of(request, at), at).is_granted
    )
    context = {
        "event": found,
        "is_in": is_in,
        "is_open": registering.doors_are_open(found, at),
        "is_over": found.ends_at <= at,
    }
    return render(request, "events/live.html", context)


@require_safe
def ics(request: HttpRequest, slug: str) -> HttpResponse:
    found = _event(slug)
    headers = {"Content-Disposition": f'attachment; filename="{found.public_id}.ics"'}
    return HttpResponse(as_ics(found, clock.now()), content_type="text/calendar; charset=utf-8", headers=headers)


def _sign_in_and_back(found: Event) -> str:
    """Where to sign in and come back from."""
    return f"{reverse('account_login')}?{urlencode({'next': found.get_absolute_url()})}"


def _event(slug: str) -> Event:
    return get_object_or_404(Event.objects.listed().select_related("product", "picture"), slug=slug)


def _page(request: HttpRequest, found: Event, form: RegistrationForm) -> HttpResponse:
    at = clock.now()
    verdict = registering.may_register(found, reader_of(request, at), at)
    guests = [line.partition(",") for line in found.guests.splitlines() if line.strip()]
    with translation.override(found.language):
        context = {
            "event": found,
            "form": form,
            "local_start": found.starts_at.astimezone(ZoneInfo(found.time_zone)),
            "local_end": found.ends_at.astimezone(ZoneInfo(found.time_zone)),
            "description": render_html(clean(found.description), found.language),
            "picture": picture_view(found.picture) if found.picture else None,
            "speakers": found.speakers.select_related("portrait"),
            "guests": [(name.strip(), role.strip()) for name, _comma, role in guests],
            "has_place": isinstance(request.user, User) and registering.has_place(found, request.user),
            "is_full": registering.is_full(found),
            "is_over": found.ends_at <= at,
            "is_live": found.kind == Event.Kind.LIVE,
            "may_register": verdict.is_granted,
            "wall": wall_for(verdict, at, found.get_absolute_url(), request.user),
            "sign_in": _sign_in_and_back(found),
            "url": structured_data.absolute(found.get_absolute_url()),
            "structured_data": [
                structured_data.as_script(structured_data.event(found)),
                structured_data.as_script(
                    structured_data.breadcrumbs(
                        [
                            (settings.SITE_NAME, reverse("front")),
                            (_("Events"), reverse("events")),
                            (found.title, found.get_absolute_url()),
                        ]
                    )
                ),
            ],
        }
        return render(request, "events/event.html", context)
