"""What somebody can have of what we hold about them: a copy of it, and its end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from memberships import clock, signals, tasks
from memberships.models import DataExport
from memberships.people import codes, erasing, exporting
from memberships.people.erasing import ErasureRefused
from memberships.standing import standing_of
from memberships.views.person import PersonRequest


@require_safe
@never_cache
@login_required
def privacy(request: PersonRequest) -> HttpResponse:
    """The copy that is asked for or ready, and the way to the erasure."""
    at = clock.now()
    waiting = DataExport.objects.filter(user=request.user, made_at=None).defer("archive").first()
    context = {"waiting": waiting, "ready": exporting.ready(request.user, at)}
    return render(request, "memberships/privacy.html", context)


@require_POST
@never_cache
@login_required
def export_ask(request: PersonRequest) -> HttpResponse:
    exporting.ask(request.user, None, clock.now())
    transaction.on_commit(tasks.make_exports.delay, robust=True)
    messages.success(request, _("We pack it now and write to you when it is ready."))
    return redirect("account_privacy")


@require_safe
@never_cache
@login_required
def export_fetch(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """The file itself, for its owner alone: to anybody else it does not exist."""
    made = DataExport.objects.filter(user=request.user, public_id=public_id, ends_at__gt=clock.now())
    export = made.exclude(archive=None).first()
    if export is None or export.archive is None or export.made_at is None:
        raise Http404
    response = HttpResponse(bytes(export.archive), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{export.made_at:%Y-%m-%d}.zip"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def erase(request: PersonRequest) -> HttpResponse:
    """What an erasure does, said first; then a code from the mailbox; then it begins."""
    refusal = ""
    try:
        erasing.refuse_if_hindered(request.user)
        if request.method == "POST":
            return _erase(request)
    except ErasureRefused as error:
        refusal = str(error)
    return _erase_page(request, refusal=refusal, status=409 if refusal and request.method == "POST" else 200)


def _erase(request: PersonRequest) -> HttpResponse:
    """Raises ErasureRefused."""
    at, typed = clock.now(), request.POST.get("code", "")
    if request.POST.get("step") != "code":
        if not codes.was_just_sent(request.session, at):
            code = codes.issue(request.session, at)
            signals.erasure_code_asked.send(sender=__name__, user=request.user, code=code, at=at)
        return redirect("account_erase")
    if not codes.accept(request.session, typed, at):
        error = _("This is not the code we sent. Look at the newest message from us, or have a new one sent.")
        return _erase_page(request, error=error, status=422)
    erasing.ask(request.user, None, "", at)
    logout(request)
    transaction.on_commit(tasks.go_on_erasing.delay, robust=True)
    return render(request, "memberships/erased.html")


def _erase_page(request: PersonRequest, *, refusal: str = "", error: str = "", status: int = 200) -> HttpResponse:
    at = clock.now()
    context = {
        "standing": standing_of(request.user, at),
        "is_code_sent": codes.is_waiting(request.session, at),
        "refusal": refusal,
        "error": error,
    }
    return render(request, "memberships/erase.html", context, status=status)
