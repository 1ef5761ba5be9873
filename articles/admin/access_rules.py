"""Which texts are open to whom."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.admin.receipts import receipt
from articles.admin.trial_forms import scope_of
from articles.admin.trials import trial, trials
from articles.models import AccessRule
from memberships.admin.desk import Recorded


@admin.register(AccessRule)
class AccessRuleAdmin(Recorded):
    """In the order in which they are asked. Published texts follow within a minute or two."""

    list_display = ("name", "shown_scope", "access", "product", "position", "is_in_force")
    list_editable = ("position", "is_in_force")
    list_select_related = ("format", "section", "country", "product")
    list_before_template = "admin/articles/accessrule/explanation.html"
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": ("name", "is_in_force", "position")}),
        (
            _("Which texts"),
            {
                "fields": ("format", "section", "country", "language"),
                "description": _("What is left empty fits every text. Without a format, what is sold stays sold."),
            },
        ),
        (_("Who may read them"), {"fields": ("access", "product")}),
    )

    def get_urls(self) -> list[URLPattern]:
        seen = self.admin_site.admin_view
        own = [
            path("receipt/", seen(receipt), name="articles_accessrule_receipt"),
            path("trials/", seen(trials), name="articles_accessrule_trials"),
            path("trials/<int:pk>/", seen(trial), name="articles_accessrule_trial"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("Which texts"))
    def shown_scope(self, rule: AccessRule) -> str:
        return scope_of(rule)
