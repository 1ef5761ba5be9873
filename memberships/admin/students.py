"""Who asks for the price for students: the documents that wait, and the answers."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock, students
from memberships.admin.desk import ReadOnly, Sentence, act_page, person
from memberships.admin.forms import ProofForm, RefusalForm
from memberships.documents import Document
from memberships.models import StudentProof


@admin.register(StudentProof)
class StudentProofAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("asked_at", "user", "how", "school", "state", "ends_at", "decided_by")
    list_filter = ("state", "how")
    list_select_related = ("user", "decided_by")
    search_fields = ("user__email", "school", "address")
    search_help_text = _("Address or university")
    show_full_result_count = False
    fields = readonly_fields = (
        "user", "how", "school", "address", "what_was_sent", "state", "reason", "asked_at", "decided_at", "decided_by",
        "starts_at", "ends_at",
    )  # fmt: skip
    actions_detail = ("document", "approve", "refuse")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StudentProof]:
        queryset: QuerySet[StudentProof] = super().get_queryset(request).defer("document")
        return queryset

    @admin.display(description=_("document"))
    def what_was_sent(self, row: StudentProof) -> SafeString | Sentence:
        if not row.media_type:
            return _("none, or deleted")
        address = reverse("admin:memberships_studentproof_document", args=[row.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, row.media_type)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Answered is what waits for us; a mailbox answers for itself."""
        waiting = StudentProof.objects.filter(pk=object_id, how="document", state="asked")
        return super().get_actions_detail(request, object_id) if waiting.exists() else []

    def has_answer_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_studentproof")

    @action(description=_("See the document"), url_path="document", icon="visibility", permissions=["answer"])  # type: ignore[untyped-decorator]
    def document(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """As a file to keep to oneself: no browser runs what somebody else has sent."""
        row = get_object_or_404(StudentProof, pk=object_id)
        if row.document is None:
            raise Http404(gettext("The document is deleted."))
        document = Document(bytes(row.document), row.media_type)
        response = HttpResponse(document.content, content_type=document.media_type)
        response["Content-Disposition"] = f'attachment; filename="proof-{row.pk}.{document.extension}"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "no-store"
        return response

    @action(description=_("It proves it"), url_path="approve", icon="check", permissions=["answer"])  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row, back = self._waiting(object_id)
        form = ProofForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if students.approve(row, form.until, person(request), clock.now()):
                self.message_user(request, gettext("Proved. They hear of it by email."))
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("It proves it"), row.user)
        explanation = _("They may have the price for students until the day you choose, and are asked again before it.")
        return act_page(self, request, form, title=title, button=_("It proves it"), back=back, explanation=explanation)

    @action(description=_("It proves nothing"), url_path="refuse", icon="close", permissions=["answer"])  # type: ignore[untyped-decorator]
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row, back = self._waiting(object_id)
        form = RefusalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if students.refuse(row, form.cleaned_data["reason"], person(request), clock.now()):
                self.message_user(request, gettext("Refused. They hear of it by email, with the reason."))
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("It proves nothing"), row.user)
        explanation = _("What they pay does not change. They can send another document.")
        return act_page(self, request, form, title=title, button=_("Refuse"), back=back, explanation=explanation)

    def _waiting(self, object_id: str) -> tuple[StudentProof, str]:
        row = get_object_or_404(StudentProof.objects.select_related("user").defer("document"), pk=object_id)
        return row, reverse("admin:memberships_studentproof_change", args=[row.pk])
