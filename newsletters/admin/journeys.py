"""Journeys at the desk: their letters in order, how many are on them, and the two presses that begin and stop one."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, Recorded, act_page, attempt, person
from memberships.admin.forms import ReasonForm
from newsletters.admin import journeys_look
from newsletters.admin.bounded import FoundByAddress
from newsletters.journeys import starting, stopping
from newsletters.journeys.starting import JourneyError
from newsletters.models import Journey, Run, Step, StepWords

# Further than this nobody has counted: a page is not to wait for a million rows.
MOST_COUNTED = 10_000


class StepInline(TabularInline):  # type: ignore[misc]
    model = Step
    fields = ["position", "wait_days", "wait_hours", "at_time", "kind", "condition"]
    ordering = ["position", "pk"]
    show_change_link = True
    extra = 0


@admin.register(Journey)
class JourneyAdmin(Recorded):
    when_empty = _("A journey is letters one after the other, such as a welcome: each at its own time after it began.")
    list_display = ["name", "occasion", "newsletter", "product", "is_active"]
    list_filter = ["is_active", "occasion"]
    list_select_related = ["newsletter", "product"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [StepInline]
    actions_detail = ["let_it_run", "stop_it"]
    readonly_fields = ["is_active", "standing", "letters"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active", "standing", "letters"]}),
        (_("Whom it is for"), {"fields": ["occasion", "newsletter", "product", "is_over_with_product", "stream"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Journey | None = None) -> list[str]:
        """Of what somebody may be under way by now, nothing changes."""
        return [*self.readonly_fields, *(["slug", "occasion", "newsletter"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Journey | None = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Journey | None = None) -> bool:
        """What nobody was ever on may go again."""
        may: bool = super().has_delete_permission(request, obj)
        return may and obj is not None and not obj.runs.exists()

    def save_related(self, request: HttpRequest, form: forms.ModelForm[Journey], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            _note("journey letters changed", request, form.instance)

    @admin.display(description=_("on it"))
    def standing(self, journey: Journey) -> SafeString | str:
        listed = reverse("admin:newsletters_run_changelist")
        sums = [
            (
                f"{listed}?journey__id__exact={journey.pk}&state__exact={state.value}",
                _counted(journey, state),
                state.label,
            )
            for state in Run.State
        ]
        link = '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{} {}</a>'
        return format_html_join(" · ", link, sums) if journey.pk else "–"

    @admin.display(description=_("how they look"))
    def letters(self, journey: Journey) -> SafeString | str:
        if not journey.pk:
            return "–"
        link = '<li><a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a></li>'
        steps = [
            (reverse("admin:newsletters_step_look", args=[step.pk]), step.get_kind_display())
            for step in journey.steps.in_order()
        ]
        return format_html('<ol class="desk-list">{}</ol>', format_html_join("", link, steps))

    def has_press_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("newsletters.change_journey")

    @action(description=_("Let it run"), url_path="run", icon="play_arrow", permissions=["press"])  # type: ignore[untyped-decorator]
    def let_it_run(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """For what happens from now on."""
        journey = get_object_or_404(Journey, pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)

        def run() -> str:
            starting.activate(journey, clock.now())
            _note("journey begun", request, journey)
            return gettext("It runs, for what happens from now on.")

        if request.method == "POST" and attempt(request, form, run, JourneyError):
            return HttpResponseRedirect(_page_of(journey))
        explanation = _(
            "It is begun for everybody to whom it happens from now on, and for nobody to whom it did before."
        )
        return act_page(
            self, request, form, title=_("Let it run"), button=_("Let it run"), back=_page_of(journey),
            explanation=explanation,
        )  # fmt: skip

    @action(description=_("Stop it"), url_path="stop", icon="stop_circle", permissions=["press"])  # type: ignore[untyped-decorator]
    def stop_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """No further letter, for whoever is under way either."""
        journey, form = get_object_or_404(Journey, pk=object_id), ReasonForm(request.POST or None)

        def stop() -> str:
            number = stopping.stop_all(journey, clock.now())
            _note("journey stopped", request, journey, reason=form.cleaned_data["reason"], runs=number)
            return gettext("It is stopped. Whoever was under way gets no further letter.")

        if request.method == "POST" and attempt(request, form, stop):
            return HttpResponseRedirect(_page_of(journey))
        points = (
            _("Nobody who is under way gets another letter, and letters that wait are not handed over."),
            _("It can run again later, for what happens then; who was under way does not go on."),
        )
        return act_page(
            self, request, form, title=_("Stop it"), button=_("Stop it"), back=_page_of(journey), is_grave=True,
            points=points,
        )  # fmt: skip


class WordsInline(TabularInline):  # type: ignore[misc]
    model = StepWords
    fields = ["language", "subject", "text"]
    extra = 0


@admin.register(Step)
class StepAdmin(Recorded):
    """One letter: what editors say in it, which stories it has, and how it looks."""

    fields = ["journey", "kind", "look", "stories"]
    readonly_fields = ["journey", "kind", "look"]
    autocomplete_fields = ["stories"]
    inlines = [WordsInline]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """It is reached by its journey."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Step | None = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: forms.ModelForm[Step], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            _note("journey words changed", request, form.instance.journey, letter=form.instance.pk)

    def response_change(self, request: HttpRequest, obj: Step) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:newsletters_step_look", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "look": partial(journeys_look.look, model_admin=self),
            "copy": partial(journeys_look.copy, model_admin=self),
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(page), name=f"newsletters_step_{name}")
            for name, page in pages.items()
        ]
        urls: list[URLPattern] = own + super().get_urls()
        return urls

    @admin.display(description=_("how it looks"))
    def look(self, step: Step) -> SafeString:
        url = reverse("admin:newsletters_step_look", args=[step.pk])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>', url, _("See it as an email")
        )


@admin.register(Run)
class RunAdmin(FoundByAddress, ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ["recipient", "journey", "newsletter", "state", "why", "due_at", "started_at"]
    list_filter = ["state", "why", "journey"]
    list_select_related = ["recipient", "journey", "newsletter"]
    search_fields = ["recipient__email__startswith"]
    fields = ["recipient", "journey", "newsletter", "state", "why", "step", "due_at", "started_at", "settled_at"]


def _counted(journey: Journey, state: str) -> str:
    number = journey.runs.filter(state=state)[: MOST_COUNTED + 1].count()
    return str(number) if number <= MOST_COUNTED else f"> {MOST_COUNTED}"


def _page_of(journey: Journey) -> str:
    return reverse("admin:newsletters_journey_change", args=[journey.pk])


def _note(verb: str, request: HttpRequest, journey: Journey, **details: Any) -> None:
    audit.record(
        verb,
        actor=person(request),
        subject_kind="journey",
        subject_id=journey.pk,
        subject_label=journey.name,
        at=clock.now(),
        **details,
    )
