"""The desk at ``/admin/``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from unfold.sites import UnfoldAdminSite


class Desk(UnfoldAdminSite):  # type: ignore[misc]
    """Unfold's site; every answer carries the desk's content policy in place of the public one."""

    def extra_urls(self) -> list[URLPattern]:
        """The pages that span the apps; their models exist only after the desk itself."""
        views = import_module("newsroom.dashboards.member.page").VIEWS
        return [path(route, self.admin_view(view), name=name) for name, (route, view) in views.items()]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        wrapped: Callable[..., Any] = csp_replace(settings.CSP_DESK)(super().admin_view(view, cacheable))
        return wrapped

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The numbers and the evidence besides; they need the models, which are not there yet when the desk is."""
        views = import_module("newsroom.dashboards.numbers")
        evidence = import_module("newsroom.pages.evidence")
        letters = import_module("newsroom.dashboards.letters")
        own = [
            path("evidence/<int:pk>/", self.admin_view(evidence.evidence), name="evidence"),
            path("evidence/gift/<int:pk>/", self.admin_view(evidence.of_gift), name="evidence_of_gift"),
            path("numbers/", self.admin_view(views.numbers), name="memberships_revenueday_numbers"),
            path(
                "numbers/<slug:key>.csv", self.admin_view(views.numbers_csv), name="memberships_revenueday_numbers_csv"
            ),
            path(
                "newsletters/edition/<int:pk>/numbers/",
                self.admin_view(letters.edition),
                name="newsletters_edition_numbers",
            ),
            path(
                "newsletters/newsletter/<int:pk>/numbers/",
                self.admin_view(letters.newsletter),
                name="newsletters_newsletter_numbers",
            ),
            path("newsletters/numbers/", self.admin_view(letters.overview), name="newsletters_newsletter_overview"),
        ]
        return [*own, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff sign in where everybody does: guesses are counted there, and who has a second step is asked for it.

        Raises PermissionDenied for who is signed in and does not work here.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))
