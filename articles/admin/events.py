"""Events and who comes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from articles.models import Event, Registration


@admin.register(Event)
class EventAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("title", "kind", "starts_at", "shown_places", "is_published")
    list_filter = ("is_published", "kind", "language")
    search_fields = ("title", "place")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("picture", "speakers")
    date_hierarchy = "starts_at"
    warn_unsaved_form = True
    # An address without a scheme means https.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": ("title", "slug", "language", "kind", "standfirst", "description", "picture")}),
        (_("When and where"), {"fields": ("starts_at", "ends_at", "time_zone", "place", "stream_url")}),
        (_("Who"), {"fields": ("speakers", "guests", "capacity", "access", "product")}),
        (None, {"fields": ("is_published",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        events: QuerySet[Event] = super().get_queryset(request)
        return events.annotate(coming=Count("registrations", filter=Q(registrations__cancelled_at__isnull=True)))

    @admin.display(description=_("Coming"), ordering="coming")
    def shown_places(self, event: Any) -> str:
        return f"{event.coming} / {event.capacity}" if event.capacity else str(event.coming)


@admin.register(Registration)
class RegistrationAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("user", "event", "question", "registered_at", "cancelled_at")
    list_filter = ("event",)
    list_select_related = ("user", "event")
    search_fields = ("user__email", "event__title", "question")
    readonly_fields = ("event", "user", "registered_at")
    date_hierarchy = "registered_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
