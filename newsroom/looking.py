"""Puts a reader in the place of the colleague who looks as them, and refuses everything but looking."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control

from articles.surrogates import DESCRIPTION
from memberships import clock
from memberships.models import User
from memberships.people import looking

# Lets no cache in front answer, and none keep: see newsroom/pagecache/layer.py and deploy/.
COOKIE = "looking"
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
# The desk stays the colleague's own, and so does the way back to it.
_OWN_PATHS = ("/admin/", "/static/", "/media/")
_END = "look_end"
# What asks Stripe, shows what signs somebody in, or hands over what is for the owner alone.
_CLOSED = frozenset(
    (
        *("account_return", "account_export", "account_erase", "account_email", "account_logout", "address_change"),
        *("account_change_password", "account_set_password", "account_reauthenticate", "invitation", "member_feed"),
    )
)
_CLOSED_FAMILIES = ("mfa_", "account_reset", "account_confirm", "account_login", "account_signup")


class LookAsAReader:
    """Stands right behind the authentication: everything after it believes the reader to be there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_OWN_PATHS) or COOKIE not in request.COOKIES:
            return self._get_response(request)
        by = request.user
        look = looking.current(request.session, by, clock.now()) if isinstance(by, User) else None
        if look is None:
            response = self._get_response(request)
            response.delete_cookie(COOKIE)
            return response
        name = _name_of(request.path_info)
        if name == _END:
            return self._get_response(request)
        request.look = look  # type: ignore[attr-defined]
        request.user = look.reader
        if request.method not in _SAFE or name in _CLOSED or name.startswith(_CLOSED_FAMILIES):
            return _kept_nowhere(render(request, "memberships/look_refused.html", status=403))
        return _kept_nowhere(self._get_response(request))


def _name_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    for name in ("Surrogate-Control", "Surrogate-Key", DESCRIPTION, "Cache-Control"):
        if name in response:
            del response[name]
    patch_cache_control(response, private=True, no_store=True)
    return response
