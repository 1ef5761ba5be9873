"""The policy for crawlers of AI companies: one page, its one row made when it is first saved."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from articles import crawlers
from articles.models import CrawlerPolicy
from memberships import audit, clock


@admin.register(CrawlerPolicy)
class CrawlerPolicyAdmin(ModelAdmin):  # type: ignore[misc]
    """What robots.txt asks of them. A change is there for the next crawler within five minutes."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = ("stance", "also_refused", "allowed_anyway", "licence_url", "written")
    readonly_fields = ("written",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is nothing to choose from: straight to the row, or to the form that makes it."""
        row = CrawlerPolicy.objects.first()
        if row is not None:
            return HttpResponseRedirect(reverse("admin:articles_crawlerpolicy_change", args=[row.pk]))
        if self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:articles_crawlerpolicy_add"))
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) and not CrawlerPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: CrawlerPolicy | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: CrawlerPolicy, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            "crawler policy changed",
            actor=request.user,  # type: ignore[arg-type]
            subject_kind="crawlerpolicy",
            subject_id=obj.pk,
            subject_label=obj.stance,
            at=clock.now(),
            fields=sorted(form.changed_data),
        )

    @admin.display(description=_("robots.txt as it is now"))
    def written(self, obj: CrawlerPolicy) -> str:
        text = crawlers.robots(crawlers.policy())
        return format_html('<pre class="overflow-x-auto text-xs" dir="ltr">{}</pre>', text)
