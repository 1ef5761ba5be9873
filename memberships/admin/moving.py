"""Members who move in, at the desk: a file is brought, looked at, its prices are said, and its people moved in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, act_page, person
from memberships.admin.moving_forms import PricesForm, UploadForm
from memberships.importing import mapping, moving_in
from memberships.importing.mapping import MovingRefused
from memberships.importing.tables import NoTable
from memberships.models import MovingIn, MovingRow
from memberships.spreadsheets import Echo, harmless
from memberships.stripe.client import BillingError
from memberships.tasks import move_in

# How often a page that waits asks again, in seconds.
_AGAIN = 3
_MOST_LINES = 20
_WORKING = (MovingIn.State.LOOKING, MovingIn.State.MOVING)
Outcome, State = MovingRow.Outcome, MovingRow.State


@admin.register(MovingIn)
class MovingInAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "state", "product", "asked_by", "asked_at", "ended_at")
    list_filter = ("source", "state")
    list_select_related = ("product", "asked_by")
    search_fields = ("file_name",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return person(request).has_perm("memberships.add_movingin")

    def get_urls(self) -> list[URLPattern]:
        acts: dict[str, Callable[..., HttpResponse]] = {
            "prices": self.prices, "start": self.start, "again": self.again, "forget": self.forget,
        }  # fmt: skip
        wrapped = [
            path(
                f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(act)), name=f"memberships_movingin_{name}"
            )
            for name, act in acts.items()
        ]
        table = self.admin_site.admin_view(require_safe(self.table))
        wrapped.append(path("<int:pk>/problems.csv", table, name="memberships_movingin_problems"))
        urls: list[URLPattern] = super().get_urls()
        return wrapped + urls

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        _require(request, "add_movingin")
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (begun := _begun(request, form)) is not None:
            return HttpResponseRedirect(_address(begun))
        back = reverse("admin:memberships_movingin_changelist")
        explanation = _(
            "First it is only looked at: you see what would happen to each, and nothing is written for them."
        )
        title, button = _("Move members in"), _("Look at it")
        return act_page(self, request, form, title=title, button=button, back=back, explanation=explanation)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far a file is, what would happen to whom, and what can be done about it."""
        _require(request, "view_movingin")
        found = _found(object_id)
        return self._page(request, found, _prices_form(found))

    def prices(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require(request, "add_movingin")
        found = _found(pk)
        form = _prices_form(found, request.POST)
        if not form.is_valid():
            return self._page(request, found, form, status=422)
        return self._act(request, found, partial(mapping.map_prices, found, form.said()), "prices said", form.said())

    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require(request, "add_movingin")
        found = _found(pk)
        return self._act(request, found, partial(moving_in.start, found), "moved in")

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        _require(request, "add_movingin")
        found = _found(pk)
        return self._act(request, found, partial(moving_in.look_again, found), "looked at again")

    def forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file goes, with the addresses in it; whoever moved in stays."""
        _require(request, "delete_movingin")
        found = _found(pk)
        return self._act(
            request,
            found,
            partial(moving_in.forget, found),
            "forgotten",
            to=reverse("admin:memberships_movingin_changelist"),
        )

    def table(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Whoever loses access, is unclear or could not be moved in, and the lines nobody could read, as CSV."""
        _require(request, "view_movingin")
        found = _found(pk)
        lines = csv.writer(Echo()).writerow
        answer = StreamingHttpResponse(map(lines, _problems(found)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="moving-in-{found.pk}.csv"'
        return answer

    def _act(
        self,
        request: HttpRequest,
        found: MovingIn,
        act: Callable[[], object],
        verb: str,
        said: dict[str, str] | None = None,
        *,
        to: str = "",
    ) -> HttpResponse:
        subject = {"subject_kind": "movingin", "subject_id": found.pk, "subject_label": str(found)}
        try:
            act()
        except (MovingRefused, BillingError) as refusal:
            self.message_user(request, str(refusal), "WARNING")
            return HttpResponseRedirect(_address(found))
        audit.record(f"movingin {verb}", actor=person(request), at=clock.now(), said=said or {}, **subject)  # type: ignore[arg-type]
        transaction.on_commit(move_in.delay, robust=True)
        return HttpResponseRedirect(to or _address(found))

    def _page(self, request: HttpRequest, found: MovingIn, form: PricesForm, status: int = 200) -> HttpResponse:
        counts = moving_in.counts(found)
        is_working = found.state in _WORKING
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(found),
            "file": found,
            "counts": counts,
            "done": counts["looked"] if found.state == MovingIn.State.LOOKING else counts["moved"] + counts["failed"],
            "is_working": is_working,
            "again": _AGAIN if is_working else 0,
            "groups": _groups(found),
            "form": form,
            "problems": found.problems[:_MOST_LINES],
            "more": max(0, len(found.problems) - _MOST_LINES),
            "to_move": 0 if is_working else found.rows.to_move().count(),
            "may_act": person(request).has_perm("memberships.add_movingin"),
            "may_forget": person(request).has_perm("memberships.delete_movingin"),
        }
        return render(request, "admin/memberships/moving_in.html", context, status=status)


@admin.register(MovingRow)
class MovingRowAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("line", "email", "claim", "outcome", "because", "until", "state")
    list_filter = ("outcome", "why", "state", "claim", "is_known", "moving_in")
    list_select_related = ("moving_in",)
    search_fields = ("email", "customer_ref", "subscription_ref")
    search_help_text = _("Address or Stripe's id")
    show_full_result_count = False
    actions = ("vouch",)

    @admin.display(description=_("why"), ordering="why")
    def because(self, row: MovingRow) -> SafeString:
        said = filter(None, (str(row.get_why_display()), row.price_label, row.detail))
        return format_html_join(" ", "<bdi>{}</bdi>", ((part,) for part in said))

    def has_vouch_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.change_movingrow")

    @admin.action(description=_("It is theirs, though Stripe has another address"), permissions=["vouch"])
    def vouch(self, request: HttpRequest, chosen: QuerySet[MovingRow]) -> None:
        """Staff's word; written down, because it gives somebody what somebody else may be paying for."""
        emails = sorted(chosen.filter(why=MovingRow.Why.ADDRESS).values_list("email", flat=True))
        number = moving_in.vouch(chosen)
        subject: dict[str, Any] = {"subject_kind": "movingrow", "subject_id": "", "emails": emails}
        audit.record("movingrow vouched for", actor=person(request), at=clock.now(), **subject)
        transaction.on_commit(move_in.delay, robust=True)
        self.message_user(request, gettext("Looked at again: %(number)d.") % {"number": number})


def _require(request: HttpRequest, permission: str) -> None:
    if not person(request).has_perm(f"memberships.{permission}"):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))


def _found(pk: object) -> MovingIn:
    rows = MovingIn.objects.select_related("product", "asked_by")
    return get_object_or_404(rows, pk=pk if str(pk).isdecimal() else 0)


def _address(found: MovingIn) -> str:
    return reverse("admin:memberships_movingin_change", args=[found.pk])


def _begun(request: HttpRequest, form: UploadForm) -> MovingIn | None:
    """The file, written down; what is wrong with it goes to the form."""
    wish, at = form.wish(), clock.now()
    try:
        reading = moving_in.read(wish.source, form.cleaned_data["file"].read())
        begun = moving_in.begin(wish, reading, person(request), at)
    except (NoTable, MovingRefused) as refusal:
        form.add_error("file", str(refusal))
        return None
    audit.record(
        "movingin begun",
        actor=person(request),
        subject_kind="movingin",
        subject_id=begun.pk,
        subject_label=str(begun),
        at=at,
    )
    transaction.on_commit(move_in.delay, robust=True)
    return begun


def _prices_form(found: MovingIn, data: Any = None) -> PricesForm:
    return PricesForm(mapping.unmapped(found), is_by_plan=mapping.is_by_plan(found), data=data)


def _groups(found: MovingIn) -> list[dict[str, Any]]:
    """How many people by what happens to them and why, with the list of each, in the order of the outcomes."""
    counted = {
        (each["outcome"], each["why"]): each["count"]
        for each in found.rows.exclude(outcome="").values("outcome", "why").annotate(count=Count("id"))
    }
    listed = reverse("admin:memberships_movingrow_changelist")
    return [
        {
            "outcome": outcome.label,
            "why": MovingRow.Why(why).label if why else "",
            "count": counted[outcome.value, why],
            "url": f"{listed}?moving_in__id__exact={found.pk}&outcome__exact={outcome.value}&why__exact={why}",
        }
        for outcome in Outcome
        for why in sorted(each for name, each in counted if name == outcome.value)
    ]


def _problems(found: MovingIn) -> Iterator[list[str | int]]:
    yield [gettext("line"), gettext("email address"), gettext("what happens"), gettext("why"), gettext("more")]
    for line, sentence in found.problems:
        yield [line, "", "", harmless(sentence), ""]
    wanted = found.rows.filter(outcome__in=[Outcome.LOSES, Outcome.UNCLEAR]) | found.rows.filter(state=State.FAILED)
    for row in wanted.order_by("line").iterator():
        happens: str | Promise = row.get_state_display() if row.state == State.FAILED else row.get_outcome_display()
        more = " ".join(filter(None, (row.price_label, row.detail)))
        yield [row.line, harmless(row.email), str(happens), str(row.get_why_display()), harmless(more)]
