"""An edition on the desk: words, stories, how it looks, approval, and what became of every copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin, TabularInline
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from articles.models import Article
from articles.querysets import HEAVY_COLUMNS
from memberships import clock
from memberships.models import User
from newsletters import editions
from newsletters.editions import EditionError
from newsletters.models import Edition, EditionItem, SendState
from newsletters.presenting import render_edition
from newsletters.substitution import nobodys

APPROVE = "newsletters_edition_approve"
MOST_STORIES_OFFERED = 200
_OPEN = {Edition.State.COMPOSED, Edition.State.APPROVED, Edition.State.HELD, Edition.State.EMPTY}


class ItemInline(TabularInline):  # type: ignore[misc]
    model = EditionItem
    fields = ["article", "note", "position"]
    ordering_field = "position"
    hide_ordering_field = True
    extra = 0

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> ModelChoiceField[Any] | None:
        """Stories to choose from: the newest published ones, and those the edition has already."""
        if db_field.name == "article":
            published = Article.objects.published(clock.now()).newest_first()
            newest = published.values("pk")[:MOST_STORIES_OFFERED]
            edition = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            chosen = Article.objects.filter(edition_items__edition=edition).values("pk")
            offered = Article.objects.filter(pk__in=newest) | Article.objects.filter(pk__in=chosen)
            options["queryset"] = offered.defer(*HEAVY_COLUMNS).newest_first()
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **options)
        return field

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


@admin.register(Edition)
class EditionAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["edition_on", "newsletter", "subject", "state", "audience_size"]
    list_filter = ["state", "newsletter"]
    list_select_related = ["newsletter"]
    date_hierarchy = "edition_on"
    search_fields = ["subject"]
    inlines = [ItemInline]
    actions_submit_line = ["approve"]
    readonly_fields = [
        "newsletter", "edition_on", "state", "due_at", "covers_from", "covers_until", "held_because", "frozen_at",
        "sent_at", "look", "sums",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["newsletter", "edition_on", "state", "held_because", "look"]}),
        (_("Words"), {"fields": ["subject", "preheader", "introduction"]}),
        (_("Stories from and until, and when it goes out"), {"fields": ["covers_from", "covers_until", "due_at"]}),
        (_("What became of every copy"), {"fields": ["frozen_at", "sums", "sent_at"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Until its audience is frozen."""
        return _is_open(obj) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Edition, form: forms.ModelForm[Edition], change: bool) -> None:
        """Only the words, and only if it was not frozen meanwhile: the row's state is never written from a form."""
        try:
            editions.reword(obj, {name: form.cleaned_data[name] for name in form.changed_data})
        except EditionError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def save_related(self, request: HttpRequest, form: forms.ModelForm[Edition], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if APPROVE in request.POST:
            self.approve(request, form.instance)

    def get_actions_submit_line(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Approving is for what waits for it, or was held back."""
        waits = Edition.objects.filter(pk=object_id, state__in=[Edition.State.COMPOSED, Edition.State.HELD]).exists()
        return super().get_actions_submit_line(request, object_id) if waits else []

    @action(description=_("Save and approve"))  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, edition: Edition) -> None:
        """Let it go out at its moment, or at once if that has passed."""
        assert isinstance(request.user, User)  # noqa: S101 - the desk lets nobody else in.
        try:
            editions.approve(edition, request.user, clock.now())
        except EditionError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("Approved. It goes out at its hour."), messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/look/", self.admin_site.admin_view(self.look_view), name="newsletters_edition_look"),
            path("<int:pk>/copy/", self.admin_site.admin_view(self.copy_view), name="newsletters_edition_copy"),
        ]
        urls: list[URLPattern] = own + super().get_urls()
        return urls

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _look(request, self, pk)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _copy(request, self, pk)

    @admin.display(description=_("how it looks"))
    def look(self, edition: Edition) -> SafeString:
        url = reverse("admin:newsletters_edition_look", args=[edition.pk])
        return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', url, _("See it as an email"))

    @admin.display(description=_("copies"))
    def sums(self, edition: Edition) -> SafeString | str:
        """How many copies are in each state; together they are the audience."""
        if edition.frozen_at is None:
            return "–"
        counted = dict(edition.tallies.filter(copies__gt=0).values_list("state", "copies"))
        lines = [(state.label, counted[state]) for state in SendState if state in counted]
        total = format_html("<strong>{}: {}</strong>", _("audience"), edition.audience_size)
        return format_html("{}<br>{}", total, format_html_join("", "{}: {}<br>", lines))


@require_safe
def _look(request: HttpRequest, model_admin: EditionAdmin, pk: int) -> HttpResponse:
    """The edition as it arrives, side by side at the width of a phone and of a desktop, and as plain text."""
    edition = _visible(request, model_admin, pk)
    content = render_edition(edition, clock.now())
    shown = replace(content, text=nobodys(content.text))
    context = {**model_admin.admin_site.each_context(request), "edition": edition, "content": shown}
    return render(request, "admin/newsletters/edition/look.html", context)


@require_safe
def _copy(request: HttpRequest, model_admin: EditionAdmin, pk: int) -> HttpResponse:
    """The HTML part by itself, its personal links dead."""
    html = render_edition(_visible(request, model_admin, pk), clock.now()).html
    return HttpResponse(nobodys(html))


def _visible(request: HttpRequest, model_admin: EditionAdmin, pk: int) -> Edition:
    edition = get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
    if not model_admin.has_view_permission(request, edition):
        raise PermissionDenied
    return edition


def _is_open(edition: Edition | None) -> bool:
    return edition is None or edition.state in _OPEN
