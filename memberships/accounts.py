"""How allauth behaves here: accounts are opened and entered with an emailed code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from memberships import clock
from memberships.readers import client_address

if TYPE_CHECKING:
    from memberships.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """New accounts speak the language their owner read in and keep the address as it was typed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code we sent. Look at the newest message from us and type its code."),
        "email_password_mismatch": _("The address and the password do not belong together. Use a code instead."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or sign in with a code instead."),
        "rate_limited": _("Too many requests in a short time. Wait a minute, then try again."),
        "email_taken": _("There is an account with this address already. Sign in with it."),
    }

    def new_user(self, request: HttpRequest) -> User:
        user: User = super().new_user(request)
        user.language = _offered(get_language())
        user.time_zone = settings.TIME_ZONE
        user.joined_at = clock.now()
        return user

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit=False)
        typed = str(form.data.get("email", "")).strip()
        if typed.lower() == user.email.lower():
            user.email = typed
        if commit:
            user.save()
        return user

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: what ``next`` says must never lead to strangers."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address limits are counted by; requests without one share a limit."""
        return client_address(request) or "unknown"


def _offered(language: str | None) -> str:
    codes = {code for code, _name in settings.LANGUAGES}
    return language if language in codes else settings.LANGUAGE_CODE
