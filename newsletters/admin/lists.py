"""A list, in the order in which one thinks of it: what, for whom, when, from what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from memberships import audit, clock
from memberships.admin.desk import act_page, person
from memberships.admin.forms import ReasonForm
from newsletters import exporting, silence
from newsletters.admin.calendars import DaysField
from newsletters.admin.guarding import GuardsSignups
from newsletters.editions import timetable_of
from newsletters.models import Newsletter
from newsletters.presenting import timetable_in_words


class NewsletterForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes no argument.
    days = forms.TypedMultipleChoiceField(
        label=capfirst(_("days")),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Without a day nothing goes out by itself."),
    )

    days_off = DaysField(
        label=capfirst(_("days without an edition")), required=False, help_text=_("One day on each line: 2026-12-25")
    )

    class Meta:
        model = Newsletter
        exclude: list[str] = []


@admin.register(Newsletter)
class NewsletterAdmin(GuardsSignups, ModelAdmin):  # type: ignore[misc]
    form = NewsletterForm
    actions_list = ["guard_sign_ups"]
    actions_detail = ["take_away"]
    list_display = ["name", "timetable", "language", "product", "is_active", "numbers"]
    list_filter = ["is_active", "language", "product"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    # Two boxes side by side are wider than the page.
    autocomplete_fields = ["sections", "countries", "topics", "formats"]
    readonly_fields = ["next_dates"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "slug", "tagline", "description", "sample", "picture", "shows_pictures", "language"]},
        ),
        (
            _("Who gets it"),
            {
                "fields": [
                    "product",
                    "needs_account",
                    "has_sponsors",
                    "is_active",
                    "is_counted",
                    "position",
                    "sunset_after",
                ]
            },
        ),
        (
            _("When it comes"),
            {
                "fields": [
                    "days",
                    "send_at",
                    "time_zone",
                    "days_off",
                    "holidays",
                    "next_dates",
                    "compose_ahead",
                    "wants_approval",
                    "most_late",
                ],
            },
        ),
        (_("Who it is from"), {"fields": ["from_name", "reply_to"]}),
        (
            _("What it is made of"),
            {
                "fields": [
                    "kind",
                    "template",
                    "sections",
                    "countries",
                    "topics",
                    "formats",
                    "industry",
                    "least_items",
                    "most_items",
                ]
            },
        ),
    ]

    @admin.display(description=_("numbers"))
    def numbers(self, newsletter: Newsletter) -> SafeString:
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>',
            reverse("admin:newsletters_newsletter_numbers", args=[newsletter.pk]),
            _("See them"),
        )

    @admin.display(description=_("comes"))
    def timetable(self, newsletter: Newsletter) -> str:
        return timetable_in_words(newsletter)

    @admin.display(description=_("the next five"))
    def next_dates(self, newsletter: Newsletter) -> SafeString | str:
        """As the saved timetable has them, holidays left out."""
        if not newsletter.pk:
            return ""
        timetable = timetable_of(Newsletter.objects.get(pk=newsletter.pk))
        dues = timetable.ahead(clock.now(), 5)
        days = ((date_format(due.at.astimezone(timetable.zone), "l j F Y, H:i"),) for due in dues)
        return format_html_join(mark_safe("<br>"), "{}", days) or str(_("Nothing goes out by itself."))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Newsletter | None = None) -> dict[str, Any]:
        """The address follows the name until the list exists; later it is printed in old mail."""
        return {} if obj else dict(self.prepopulated_fields)

    def save_model(self, request: HttpRequest, obj: Newsletter, form: Any, change: bool) -> None:
        """Silence counts from the day on which the list was told to hear it."""
        if "sunset_after" in form.changed_data:
            silence.watch(obj, clock.now())
        super().save_model(request, obj, form, change)

    def has_take_away_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("newsletters.export_list")

    @action(  # type: ignore[untyped-decorator]
        description=_("Take its addresses away"), url_path="take-away", icon="download", permissions=["take_away"]
    )
    def take_away(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        """Every address of the list as CSV; that somebody took them is written down first."""
        newsletter = get_object_or_404(Newsletter, pk=object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            audit.record(
                "list taken away",
                actor=person(request),
                subject_kind="newsletter",
                subject_id=newsletter.pk,
                subject_label=newsletter.name,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
                addresses=newsletter.signups.count(),
            )
            answer = StreamingHttpResponse(exporting.lines_of(newsletter), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{newsletter.slug}.csv"'
            return answer
        return act_page(
            self,
            request,
            form,
            title=_("Take its addresses away"),
            button=_("Take them away"),
            back=reverse("admin:newsletters_newsletter_change", args=[newsletter.pk]),
            explanation=_(
                "Everybody who ever signed up to it, with their consent, as one CSV file. It is written down."
            ),
        )
