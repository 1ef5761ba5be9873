"""Places that are sold: who has which, who let it appear, and a calendar of them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.widgets import UnfoldAdminURLInputWidget

from memberships import audit, clock
from memberships.admin.desk import Recorded, person
from newsletters.editions import timetable_of
from newsletters.models import Newsletter, Sponsorship

WEEKS_SHOWN = 5


@dataclass(frozen=True)
class Cell:
    """One place on one day. ``goes_out`` says whether its list has an edition then."""

    place: Sponsorship | None
    goes_out: bool


@dataclass(frozen=True)
class Column:
    newsletter: Newsletter
    position: int
    sold: tuple[Sponsorship, ...]

    def on(self, day: date) -> Cell:
        place = next((each for each in self.sold if each.starts_on <= day <= each.ends_on), None)
        return Cell(place, timetable_of(self.newsletter).goes_out_on(day))


class SponsorshipForm(forms.ModelForm[Sponsorship]):
    url = forms.URLField(
        label=capfirst(_("leads to")), max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )


@admin.register(Sponsorship)
class SponsorshipAdmin(Recorded):
    """Whoever sells writes it down; it appears once somebody with that right has reviewed it as it is."""

    when_empty = _("A place in a newsletter that is sold to somebody, for some days. It appears once it was reviewed.")
    form = SponsorshipForm
    list_display = ["sponsor", "newsletter", "position", "starts_on", "ends_on", "reviewed_at"]
    list_filter = ["newsletter", ("reviewed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["newsletter"]
    search_fields = ["sponsor", "words"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["picture"]
    fields = [
        "newsletter", "position", "starts_on", "ends_on", "sponsor", "words", "url", "picture", "reviewed_by",
        "reviewed_at",
    ]  # fmt: skip
    readonly_fields = ["reviewed_by", "reviewed_at"]
    actions_list = ["calendar"]
    actions_submit_line = ["review"]

    def get_actions_submit_line(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        may = person(request).has_perm("newsletters.review_sponsorship")
        actions: list[UnfoldAction] = super().get_actions_submit_line(request, object_id) if may else []
        return actions

    def save_model(
        self, request: HttpRequest, obj: Sponsorship, form: forms.ModelForm[Sponsorship], change: bool
    ) -> None:
        """What was reviewed is what appears: whatever changes is reviewed again."""
        if form.changed_data:
            obj.reviewed_by, obj.reviewed_at = None, None
        super().save_model(request, obj, form, change)

    @action(description=_("Save and let it appear"))  # type: ignore[untyped-decorator]
    def review(self, request: HttpRequest, place: Sponsorship) -> None:
        at = clock.now()
        Sponsorship.objects.filter(pk=place.pk).update(reviewed_by=person(request), reviewed_at=at)
        audit.record(
            "sponsorship reviewed",
            actor=person(request),
            subject_kind="sponsorship",
            subject_id=place.pk,
            subject_label=str(place),
            at=at,
        )
        self.message_user(request, _("It appears from its first day on."), messages.SUCCESS)

    @action(description=_("What is sold"), url_path="calendar", icon="calendar_month")  # type: ignore[untyped-decorator]
    def calendar(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:newsletters_sponsorship_sold"))

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_safe(self.sold))
        urls: list[URLPattern] = [path("sold/", page, name="newsletters_sponsorship_sold"), *super().get_urls()]
        return urls

    def sold(self, request: HttpRequest) -> HttpResponse:
        """Each place that is sold in the weeks to come, day by day."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        first = clock.now().date()
        days = [first + timedelta(days=number) for number in range(7 * WEEKS_SHOWN)]
        columns = _columns(days[0], days[-1])
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What is sold"),
            "columns": columns,
            "rows": [(day, [column.on(day) for column in columns]) for day in days],
        }
        return render(request, "admin/newsletters/sold.html", context)


def _columns(first: date, last: date) -> list[Column]:
    places = Sponsorship.objects.between(first, last).select_related("newsletter__holidays")
    in_order = places.order_by("newsletter__position", "newsletter", "position", "starts_on")
    return [
        Column(sold[0].newsletter, position, tuple(sold))
        for (_list, position), sold in (
            (key, list(group)) for key, group in groupby(in_order, lambda each: (each.newsletter_id, each.position))
        )
    ]
