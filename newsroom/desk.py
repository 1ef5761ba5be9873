"""The desk at ``/admin/``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from unfold.sites import UnfoldAdminSite


class Desk(UnfoldAdminSite):  # type: ignore[misc]
    """Unfold's site; every answer carries the desk's content policy in place of the public one."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        wrapped: Callable[..., Any] = csp_replace(settings.CSP_DESK)(super().admin_view(view, cacheable))
        return wrapped

    def login(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        return csp_replace(settings.CSP_DESK)(partial(super().login, extra_context=extra_context))(request)
