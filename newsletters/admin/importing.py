"""Lists that move in, at the desk: a file is brought, looked at, and its addresses moved in."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, act_page, person
from memberships.importing.tables import NoTable
from memberships.spreadsheets import Echo, harmless
from newsletters.admin.importing_forms import ListUploadForm
from newsletters.importing import moving_in
from newsletters.importing.moving_in import ImportRefused
from newsletters.models import ListImport, ListImportRow
from newsletters.tasks import move_lists_in

# How often a page that waits asks again, in seconds.
_AGAIN = 3
_MOST_LINES = 20
_WORKING = (ListImport.State.LOOKING, ListImport.State.WRITING)
Outcome, State = ListImportRow.Outcome, ListImportRow.State


@admin.register(ListImport)
class ListImportAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    when_empty = _("Lists that were brought along from elsewhere stand here, with what became of every line.")
    list_display = ("__str__", "state", "asked_by", "asked_at", "ended_at")
    list_filter = ("source", "state")
    list_select_related = ("asked_by",)
    search_fields = ("file_name",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return person(request).has_perm("newsletters.add_listimport")

    def get_urls(self) -> list[URLPattern]:
        acts: dict[str, Callable[..., HttpResponse]] = {
            "start": self.start, "again": self.again, "forget": self.forget,
        }  # fmt: skip
        name = "newsletters_listimport"
        wrapped = [
            path(f"<int:pk>/{act}/", self.admin_site.admin_view(require_POST(view)), name=f"{name}_{act}")
            for act, view in acts.items()
        ]
        table = self.admin_site.admin_view(require_safe(self.table))
        wrapped.append(path("<int:pk>/lines.csv", table, name=f"{name}_lines"))
        urls: list[URLPattern] = super().get_urls()
        return wrapped + urls

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        _require(request, "add_listimport")
        form = ListUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (begun := _begun(request, form)) is not None:
            return HttpResponseRedirect(_address(begun))
        back = reverse("admin:newsletters_listimport_changelist")
        explanation = _(
            "First it is only looked at: you see what would happen to each address, and nobody is written to."
        )
        title, button = _("Move a list in"), _("Look at it")
        return act_page(self, request, form, title=title, button=button, back=back, explanation=explanation)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far a file is, what would happen to whom, and what can be done about it."""
        _require(request, "view_listimport")
        found = _found(object_id)
        counts, is_working = moving_in.counts(found), found.state in _WORKING
        to_move = 0 if is_working else moving_in.to_move(found).count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(found),
            "file": found,
            "counts": counts,
            "total": counts["total"] if found.state == ListImport.State.LOOKING else _to_do(found),
            "done": counts["looked"] if found.state == ListImport.State.LOOKING else counts["done"] + counts["failed"],
            "is_working": is_working,
            "again": _AGAIN if is_working else 0,
            "groups": _groups(found),
            "lists": _lists(found),
            "problems": found.problems[:_MOST_LINES],
            "more": max(0, len(found.problems) - _MOST_LINES),
            "to_move": to_move,
            "may_act": person(request).has_perm("newsletters.add_listimport"),
            "may_forget": person(request).has_perm("newsletters.delete_listimport"),
        }
        return render(request, "admin/newsletters/import.html", context)

    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require(request, "add_listimport")
        found = _found(pk)
        return self._act(request, found, partial(moving_in.start, found), "moved in")

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require(request, "add_listimport")
        found = _found(pk)
        return self._act(request, found, partial(moving_in.look_again, found), "looked at again")

    def forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file goes, with the addresses in it; whoever moved in stays, and so does the proof."""
        _require(request, "delete_listimport")
        found = _found(pk)
        to = reverse("admin:newsletters_listimport_changelist")
        return self._act(request, found, partial(moving_in.forget, found), "forgotten", to=to)

    def table(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """What happens to each address, and the lines nobody could read, as CSV."""
        _require(request, "view_listimport")
        found = _found(pk)
        answer = StreamingHttpResponse(
            map(csv.writer(Echo()).writerow, _lines(found)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="list-moving-in-{found.pk}.csv"'
        return answer

    def _act(
        self, request: HttpRequest, found: ListImport, act: Callable[[], object], verb: str, *, to: str = ""
    ) -> HttpResponse:
        pk, label = found.pk, str(found)
        try:
            act()
        except ImportRefused as refusal:
            self.message_user(request, str(refusal), "WARNING")
            return HttpResponseRedirect(_address(found))
        _note(request, verb, pk, label)
        return HttpResponseRedirect(to or _address(found))


@admin.register(ListImportRow)
class ListImportRowAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("line", "part", "email", "standing", "outcome", "why", "detail", "state")
    list_filter = ("outcome", "why", "state", "standing", "list_import")
    list_select_related = ("list_import",)
    search_fields = ("email",)
    show_full_result_count = False


def _require(request: HttpRequest, permission: str) -> None:
    if not person(request).has_perm(f"newsletters.{permission}"):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))


def _found(pk: object) -> ListImport:
    rows = ListImport.objects.select_related("asked_by")
    return get_object_or_404(rows, pk=pk if str(pk).isdecimal() else 0)


def _address(found: ListImport) -> str:
    return reverse("admin:newsletters_listimport_change", args=[found.pk])


def _begun(request: HttpRequest, form: ListUploadForm) -> ListImport | None:
    """The file, written down; what is wrong with it goes to the form."""
    wish = form.wish()
    try:
        reading = moving_in.read(wish, form.cleaned_data["file"].read())
        begun = moving_in.begin(wish, reading, person(request), clock.now())
    except (NoTable, ImportRefused) as refusal:
        form.add_error("file", str(refusal))
        return None
    _note(request, "begun", begun.pk, str(begun), unproved=begun.unproved, word=begun.word)
    return begun


def _note(request: HttpRequest, verb: str, pk: int, label: str, **details: str) -> None:
    audit.record(
        f"listimport {verb}",
        actor=person(request),
        subject_kind="listimport",
        subject_id=pk,
        subject_label=label,
        at=clock.now(),
        **details,
    )
    transaction.on_commit(move_lists_in.delay, robust=True)


def _to_do(found: ListImport) -> int:
    """How many addresses something is done about, those that are through among them."""
    through = found.rows.filter(state__in=[State.DONE, State.FAILED])
    return through.count() + moving_in.to_move(found).count()


def _groups(found: ListImport) -> list[dict[str, Any]]:
    """How many addresses by what happens to them and why, with the list of each, in the order of the outcomes."""
    counted = {
        (each["outcome"], each["why"]): each["count"]
        for each in found.rows.exclude(outcome="").values("outcome", "why").annotate(count=Count("id")).order_by()
    }
    listed = reverse("admin:newsletters_listimportrow_changelist")
    return [
        {
            "outcome": outcome.label,
            "why": ListImportRow.Why(why).label,
            "count": counted[outcome.value, why],
            "url": f"{listed}?list_import__id__exact={found.pk}&outcome__exact={outcome.value}&why__exact={why}",
        }
        for outcome in Outcome
        for why in sorted(each for name, each in counted if name == outcome.value)
    ]


def _lists(found: ListImport) -> list[dict[str, Any]]:
    """How many addresses each list gets, and how many are asked about it."""
    told = (Outcome.SIGNS_UP, Outcome.IS_ASKED)
    together = found.rows.filter(outcome__in=told).values("outcome", "lists").annotate(count=Count("id")).order_by()
    counted: Counter[tuple[str, int]] = Counter()
    for each in together:
        for newsletter in each["lists"]:
            counted[each["outcome"], newsletter] += each["count"]
    return [
        {"name": each.name, **{outcome.value: counted[outcome.value, each.pk] for outcome in told}}
        for each in found.newsletters.all()
    ]


def _lines(found: ListImport) -> Iterator[list[str | int]]:
    names = (_("line"), _("table"), _("email address"), _("the file says"), _("what happens"), _("why"), _("more"))
    yield [str(name) for name in names]
    for line, sentence in found.problems:
        yield [line, "", "", "", gettext("is left out"), harmless(sentence), ""]
    for row in found.rows.order_by("part", "line").iterator():
        is_failed = row.state == State.FAILED
        happens = row.get_state_display() if is_failed else row.get_outcome_display()
        said = (row.get_standing_display(), happens, row.get_why_display(), harmless(row.detail))
        yield [row.line, harmless(row.part), harmless(row.email), *map(str, said)]
