"""The pages around a text: preview, history, what needs a word of explanation, and saving by itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import publishing
from articles.admin import draft_acts
from articles.admin.colleagues import colleague, require, require_publishing
from articles.admin.desk_view import PREVIEWS, desk_view
from articles.admin.recordings import desk_view_of
from articles.models import Draft, Revision
from articles.publishing import DraftConflict, PublishingError
from articles.publishing.changes import changes
from articles.publishing.live_text import RELATIONS
from articles.reading import open_article
from articles.views.article import page_context, template_for
from memberships import clock
from memberships.access import Grant, Reader

if TYPE_CHECKING:
    from articles.admin.drafts import DraftAdmin


@require_POST
def autosave(request: HttpRequest, pk: int, model_admin: DraftAdmin) -> JsonResponse:
    """Save what stands in the form, as the person writes it; the answer names the new revision."""
    draft = _draft(request, pk, "change")
    at = clock.now()
    with transaction.atomic():
        form = model_admin.get_form(request, draft, change=True)(request.POST, instance=draft)
        if not form.is_valid():
            return _refused(form)
        saved = publishing.save(draft, draft.number, form.content(), colleague(request), at, is_automatic=True)
    view = desk_view(saved, colleague(request), at)
    return JsonResponse(
        {
            "number": saved.number,
            "time": formats.time_format(timezone.localtime(at), "H:i"),
            "checklist": render_to_string("admin/articles/draft/checklist.html", {"desk": view}, request),
        }
    )


@require_safe
def preview(request: HttpRequest, pk: int, model_admin: DraftAdmin) -> HttpResponse:
    """The saved draft on the real page, as a stranger, somebody signed in or a member would see it."""
    kind = request.GET.get("as", "anonymous")
    if kind not in dict(PREVIEWS):
        return HttpResponseBadRequest(_("Choose one of: anonymous, registered, member."))
    draft, at = _draft(request, pk, "view"), clock.now()
    article = publishing.as_published(draft, at)
    if kind == "anonymous":
        request.user = AnonymousUser()
    with translation.override(article.language):
        reading = open_article(article, _reader(kind, article.product, at), at)
        context = page_context(request, reading) | {"page_template": template_for(request, article), "seen_as": kind}
        context["seen_by"] = dict(PREVIEWS)[kind]
        context["recording"] = desk_view_of(context["recording"], article.recording)
        response = render(request, "articles/preview.html", context)
    add_never_cache_headers(response)
    return response


@require_safe
def history(request: HttpRequest, pk: int, model_admin: DraftAdmin) -> HttpResponse:
    """Every save, the newest first."""
    draft = _draft(request, pk, "view")
    revisions = draft.article.revisions.select_related("saved_by").defer("snapshot")
    return _page(request, "history", draft, _("History"), {"revisions": revisions})


@require_safe
def revision(request: HttpRequest, pk: int, number: int, model_admin: DraftAdmin) -> HttpResponse:
    """One save: what it changed, and what came after it."""
    draft = _draft(request, pk, "view")
    shown = get_object_or_404(draft.article.revisions.select_related("saved_by"), number=number)
    before = draft.article.revisions.filter(number__lt=number).first()
    return _page(
        request,
        "revision",
        draft,
        _("Revision %(number)s") % {"number": number},
        {
            "revision": shown,
            "changes": changes(before.snapshot, shown.snapshot) if before else [],
            "since": changes(shown.snapshot, _current(draft).snapshot),
        },
    )


@require_POST
def restore(request: HttpRequest, pk: int, number: int, model_admin: DraftAdmin) -> HttpResponse:
    """Bring an earlier revision back as a new one."""
    draft = _draft(request, pk, "change")
    wanted = get_object_or_404(draft.article.revisions, number=number)
    try:
        publishing.restore(draft, _number(request.POST.get("current", "")), wanted, colleague(request), clock.now())
    except DraftConflict as conflict:
        messages.error(request, conflict.message)
    else:
        messages.success(request, _("Revision %(number)s is the text again.") % {"number": number})
    return _to_form(draft)


@require_http_methods(["GET", "HEAD", "POST"])
def explained(request: HttpRequest, pk: int, act: str, model_admin: DraftAdmin) -> HttpResponse:
    """Correct, retract or unpublish: asked once more, with words where readers are told."""
    require_publishing(request)
    draft = _draft(request, pk, "view")
    step = draft_acts.EXPLAINED[act]
    complaints: list[str] = []
    if request.method == "POST":
        try:
            step.do(draft.article, request.POST.get("text", ""), colleague(request), clock.now())
        except PublishingError as refusal:
            complaints = refusal.messages
        else:
            messages.success(request, str(step.done))
            return _to_form(draft)
    context = {"step": step, "complaints": complaints, "text": request.POST.get("text", "")}
    return _page(request, "explained", draft, str(step.label), context)


def _number(text: str) -> int:
    """A revision's number; 0, which is never the current one, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _draft(request: HttpRequest, pk: int, permission: str) -> Draft:
    require(request, f"{permission}_draft")
    return get_object_or_404(Draft.objects.select_related(*RELATIONS, "saved_by"), pk=pk)


def _current(draft: Draft) -> Revision:
    return draft.article.revisions.order_by("-number")[0]


def _reader(kind: str, product: Any, at: datetime) -> Reader:
    if kind == "anonymous":
        return Reader()
    held = (Grant(product.slug if product else "pro", "preview", at),) if kind == "member" else ()
    return Reader(is_signed_in=True, grants=held)


def _refused(form: Any) -> JsonResponse:
    if form.conflict is not None:
        return JsonResponse({"message": form.conflict.message}, status=HTTPStatus.CONFLICT)
    sentences = [str(message) for errors in form.errors.values() for message in errors]
    return JsonResponse({"message": " ".join(sentences)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(request: HttpRequest, name: str, draft: Draft, title: str, context: dict[str, Any]) -> HttpResponse:
    shown = {**admin.site.each_context(request), "opts": Draft._meta, "title": title, "draft": draft, **context}
    return render(request, f"admin/articles/draft/{name}.html", shown)


def _to_form(draft: Draft) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:articles_draft_change", args=[draft.pk]))
