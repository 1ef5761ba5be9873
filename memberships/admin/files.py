"""Files that are brought along from elsewhere, at the desk: looked at, moved in, and forgotten."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django import forms
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, Sentence, act_page, person
from memberships.importing.files import Course, MovingRefused
from memberships.importing.tables import NoTable
from memberships.models import BroughtFile, User
from memberships.spreadsheets import Echo

# How often a page that waits asks again, in seconds.
_AGAIN = 3
_MOST_LINES = 20


class Rules(Protocol):
    """What can be done about a file of one kind."""

    COURSE: Course[Any]

    def start(self, found: Any, /) -> None: ...

    def look_again(self, found: Any, /) -> None: ...

    def forget(self, found: Any, /) -> None: ...


class FileAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """The pages of one kind of file, which says what its form asks, what its page shows and what stands in its CSV.

    ``page`` is a template, ``line`` the model of what stands in a file, ``owner`` its column that names the file, and
    ``csv_name`` what the CSV is called.
    """

    list_display: tuple[str, ...] = ("__str__", "state", "asked_by", "asked_at", "ended_at")
    list_filter = ("source", "state")
    list_select_related: tuple[str, ...] = ("asked_by",)
    search_fields = ("file_name",)
    show_full_result_count = False

    rules: Rules
    upload: type[forms.Form]
    add_title: Sentence
    add_explanation: Sentence
    page: str
    line: Any
    owner: str
    table_name: str
    csv_name: str
    refusals: tuple[type[Exception], ...] = (MovingRefused,)

    def begin(self, form: Any, raw: bytes, asked_by: User, at: datetime) -> BroughtFile:
        """Write the file down. Raises NoTable, and the refusals."""
        raise NotImplementedError

    def wake(self) -> None:
        """Have a worker go on with the files."""
        raise NotImplementedError

    def shown(self, found: Any) -> dict[str, Any]:
        """What the page says of a file beside what it says of each."""
        raise NotImplementedError

    def lines(self, found: Any) -> Iterator[list[str | int]]:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, "add")

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        mine = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(act)), name=self._named(name))
            for name, act in self.acts().items()
        ]
        table = self.admin_site.admin_view(require_safe(self.table))
        mine.append(path(f"<int:pk>/{self.table_name}.csv", table, name=self._named(self.table_name)))
        return mine + urls

    def acts(self) -> dict[str, Callable[..., HttpResponse]]:
        return {"start": self.start, "again": self.again, "forget": self.forget}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(request, "add")
        form = self.upload(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (begun := self._begun(request, form)) is not None:
            return HttpResponseRedirect(self._address("change", begun.pk))
        back, button = self._address("changelist"), _("Look at it")
        title, explanation = self.add_title, self.add_explanation
        return act_page(self, request, form, title=title, button=button, back=back, explanation=explanation)

    def _begun(self, request: HttpRequest, form: forms.Form) -> BroughtFile | None:
        """The file, written down; what is wrong with it goes to the form."""
        refusals: tuple[type[Exception], ...] = (NoTable, *self.refusals)
        try:
            begun = self.begin(form, form.cleaned_data["file"].read(), person(request), clock.now())
        except refusals as refusal:
            form.add_error("file", str(refusal))
            return None
        self._note(request, "begun", begun.pk, str(begun), self.noted(begun))
        return begun

    def noted(self, begun: Any) -> dict[str, Any]:
        """What the audit log keeps of a file that was brought."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far a file is, what would happen to whom, and what can be done about it."""
        self.require(request, "view")
        return self.show(request, self.found(object_id))

    def show(self, request: HttpRequest, found: Any, status: int = 200, **more: Any) -> HttpResponse:
        is_working = found.state in self.rules.COURSE.working
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(found),
            "file": found,
            "is_working": is_working,
            "again": _AGAIN if is_working else 0,
            "groups": self._groups(found),
            "everybody": self._listed(found),
            "urls": {name: self._address(name, found.pk) for name in self.acts()},
            "table": self._address(self.table_name, found.pk),
            "problems": found.problems[:_MOST_LINES],
            "more": max(0, len(found.problems) - _MOST_LINES),
            "may_act": self._may(request, "add"),
            "may_forget": self._may(request, "delete"),
            **self.shown(found),
            **more,
        }
        return render(request, self.page, context, status=status)

    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "add")
        found = self.found(pk)
        return self.act(request, found, partial(self.rules.start, found), "moved in")

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "add")
        found = self.found(pk)
        return self.act(request, found, partial(self.rules.look_again, found), "looked at again")

    def forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file goes, with the addresses in it; whoever moved in stays, and so does the proof."""
        self.require(request, "delete")
        found = self.found(pk)
        to = self._address("changelist")
        return self.act(request, found, partial(self.rules.forget, found), "forgotten", to=to)

    def table(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """What stands in a file, with what happens to it, as CSV."""
        self.require(request, "view")
        found = self.found(pk)
        lines = map(csv.writer(Echo()).writerow, self.lines(found))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.csv_name}-{found.pk}.csv"'
        return answer

    def act(
        self, request: HttpRequest, found: Any, act: Callable[[], object], verb: str, *, to: str = "", **details: Any
    ) -> HttpResponse:
        """Do it, and write down who did; a refusal is said on the file's page."""
        pk, label = found.pk, str(found)
        try:
            act()
        except self.refusals as refusal:
            self.message_user(request, str(refusal), "WARNING")
            return HttpResponseRedirect(self._address("change", pk))
        self._note(request, verb, pk, label, details)
        return HttpResponseRedirect(to or self._address("change", pk))

    def _note(self, request: HttpRequest, verb: str, pk: int, label: str, details: dict[str, Any]) -> None:
        kind = self.opts.model_name
        subject: dict[str, Any] = {"subject_kind": kind, "subject_id": pk, "subject_label": label}
        audit.record(f"{kind} {verb}", actor=person(request), at=clock.now(), **subject, **details)
        self.wake()

    def found(self, pk: object) -> Any:
        rows = self.model.objects.select_related(*self.list_select_related)
        return get_object_or_404(rows, pk=pk if str(pk).isdecimal() else 0)

    def require(self, request: HttpRequest, action: str) -> None:
        if not self._may(request, action):
            raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))

    def _may(self, request: HttpRequest, action: str) -> bool:
        return person(request).has_perm(f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}")

    def _named(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _address(self, name: str, *args: int) -> str:
        return reverse(f"admin:{self._named(name)}", args=args)

    def _listed(self, found: BroughtFile) -> str:
        of = self.line._meta
        return f"{reverse(f'admin:{of.app_label}_{of.model_name}_changelist')}?{self.owner}__id__exact={found.pk}"

    def _groups(self, found: Any) -> list[dict[str, Any]]:
        """How many by what happens to them and why, with the list of each, in the order of the outcomes."""
        told = found.rows.exclude(outcome="").values("outcome", "why").annotate(count=Count("id")).order_by()
        counted = {(each["outcome"], each["why"]): each["count"] for each in told}
        return [
            {
                "outcome": outcome.label,
                "why": self.line.Why(why).label if why else "",
                "count": counted[outcome.value, why],
                "url": f"{self._listed(found)}&outcome__exact={outcome.value}&why__exact={why}",
            }
            for outcome in self.line.Outcome
            for why in sorted(each for name, each in counted if name == outcome.value)
        ]
