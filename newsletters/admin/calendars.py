"""Days on which nothing goes out: of one list, and of a calendar that lists share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from memberships.admin.desk import Recorded, person
from newsletters.models import HolidayCalendar


class DaysField(forms.CharField):
    """Days, one on each line, such as 2026-12-25."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: str | Sequence[date] | None) -> str:
        return value if isinstance(value, str) else "\n".join(day.isoformat() for day in value or ())

    def clean(self, value: str | None) -> list[date]:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return sorted({_day(line) for line in lines if line})

    def has_changed(self, initial: Sequence[date] | None, data: str | None) -> bool:
        return super().has_changed(self.prepare_value(initial), "\n".join((data or "").split()))


class CalendarForm(forms.ModelForm[HolidayCalendar]):
    days = DaysField(
        label=capfirst(_("days without an edition")), required=False, help_text=_("One day on each line: 2026-12-25")
    )

    class Meta:
        model = HolidayCalendar
        fields = ["name", "days"]


@admin.register(HolidayCalendar)
class HolidayCalendarAdmin(Recorded):
    """Who may change a list may change the calendars that lists share."""

    when_empty = _("Days that several newsletters take off together, such as the holidays of a country.")
    form = CalendarForm
    list_display = ["name", "lists"]

    @admin.display(description=_("newsletters"))
    def lists(self, calendar: HolidayCalendar) -> str:
        return ", ".join(calendar.newsletters.values_list("name", flat=True))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: HolidayCalendar | None = None) -> bool:
        return self.has_change_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: HolidayCalendar | None = None) -> bool:
        return self.has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: HolidayCalendar | None = None) -> bool:
        return person(request).has_perm("newsletters.change_newsletter")


def _day(line: str) -> date:
    try:
        return date.fromisoformat(line)
    except ValueError:
        raise ValidationError(_("“%(line)s” is no day. Write it like 2026-12-25."), params={"line": line}) from None
