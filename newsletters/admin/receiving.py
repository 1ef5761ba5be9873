"""How fast receiving domains are written to, for operators."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import person
from newsletters.models import ReceivingDomain


@admin.register(ReceivingDomain)
class ReceivingDomainAdmin(ModelAdmin):  # type: ignore[misc]
    """A limit is set by hand; a rest comes by itself, and can be ended when the other side says so."""

    when_empty = _("A domain comes here by itself when it asks us to slow down. Add one to write to it more slowly.")
    list_display = ["domain", "most_an_hour", "given", "rests_until", "strikes"]
    search_fields = ["domain__startswith"]
    fields = ["domain", "most_an_hour", "given", "hour_began_at", "rests_until", "strikes"]
    readonly_fields = ["given", "hour_began_at", "rests_until", "strikes"]
    actions = ["end_rest"]

    @admin.action(description=_("Write to them again now"), permissions=["change"])
    def end_rest(self, request: HttpRequest, queryset: QuerySet[ReceivingDomain]) -> None:
        for row in queryset.filter(rests_until__gt=clock.now()):
            audit.record(
                "receiving domain.rest ended",
                actor=person(request),
                subject_kind="receiving domain",
                subject_id=row.pk,
                subject_label=row.domain,
                at=clock.now(),
            )
        queryset.update(rests_until=None, strikes=0)
