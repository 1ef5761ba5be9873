"""How allauth behaves here: accounts are opened and entered with an emailed code, providers only lead to it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from memberships import clock, first_passwords, orders, providers
from memberships.devices import device_of
from memberships.models import SignIn
from memberships.providers import Introduction
from memberships.readers import client_address

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from allauth.socialaccount.providers.base import Provider

    from memberships.models import User

log = logging.getLogger(__name__)

_TOLD = {f"account/email/{name}" for name in ("email_changed", "password_set", "password_changed", "password_reset")}
_TOLD |= {f"socialaccount/email/{name}" for name in ("account_connected", "account_disconnected")}


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
        first_passwords.put_aside(request.session, user)
        if commit:
            user.save()
        return user

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """Whoever ordered before signing in, and is on the way to that order, goes straight to the till."""
        response: HttpResponse = super().post_login(request, user, **how)
        at = clock.now()
        order = orders.pending(request.session, at)
        if request.method != "POST" or order is None or getattr(response, "url", "") != order.start_path:
            return response
        till = orders.take_to_till(request.session, user, at)
        return HttpResponseRedirect(till) if till else response

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """What somebody else might have done with an account is told to its owner, where we have words for it."""
        if template_prefix in _TOLD:
            super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever has ordered and opens the message on another device finds the way to the order there too."""
        request = allauth_context.request
        order = orders.pending(request.session, clock.now()) if request else None
        if order:
            way = urlencode({"next": order.start_path})
            context = {**context, "order_url": f"{settings.SITE_URL}{reverse('account_request_login_code')}?{way}"}
        super().send_mail(template_prefix, email, context)

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: what ``next`` says must never lead to strangers."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address limits are counted by; requests without one share a limit."""
        return client_address(request) or "unknown"

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """As a person names a device: what a browser calls itself is read by machines."""
        known = device_of(super().get_http_user_agent(request))
        return SignIn(browser=known.browser, system=known.system).device


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers say who somebody is; whether that is anybody here is decided in :mod:`memberships.providers`."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """What a provider told is read: by whom it is meant the library looks next. Of all else little is kept."""
        account = sociallogin.account
        user: User = sociallogin.user
        token = account.extra_data.get("id_token")
        claims = token if isinstance(token, dict) else account.extra_data
        try:
            account.uid = providers.uid_of(account.uid, claims, sociallogin.provider.app.settings.get("issuer", ""))
        except providers.UnknownIssuer as error:
            raise PermissionDenied(str(error)) from error
        parts = [data.get("name")] if data.get("name") else [data.get("first_name"), data.get("last_name")]
        user.email = str(data.get("email") or "")
        user.name = _written(" ".join(str(part) for part in parts if part))[:120]
        if not any(map(_spoken, _languages_of(request))):
            user.language = _spoken(str(claims.get("locale") or "")) or user.language
        account.extra_data = {"email": user.email}
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whom we do not know by this provider has their address confirmed first, whatever the provider says of it."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        account, user = sociallogin.account, sociallogin.user
        introduction = Introduction(account.provider, account.uid, user.email, user.name, user.language, clock.now())
        providers.keep(request.session, introduction)
        way_on = sociallogin.state.get("next")
        query = f"?{urlencode({'next': way_on})}" if way_on else ""
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("socialaccount_signup") + query))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Who declines is back where they began, with a sentence; for all else the library shows our page."""
        state = (extra_context or {}).get("state") or {}
        if error != AuthError.CANCELLED:
            log.warning("Signing in with %s failed: %s", provider, exception or error)
            return
        said = gettext("You did not go on with %(provider)s. Nothing has changed.") % {"provider": provider.name}
        messages.info(request, said)
        if state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_profile")))
        query = f"?{urlencode({'next': state['next']})}" if state.get("next") else ""
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login") + query))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("account_profile")


def _written(name: str) -> str:
    """A name in one line, of what can be written: a zero character, for one, no database takes."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())


def _languages_of(request: HttpRequest) -> list[str]:
    """What the browser asks for, as locales."""
    return [locale for locale, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]


def _spoken(locale: str) -> str:
    """The language of a locale such as ``tr-TR``, if the interface speaks it, else nothing."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in {code for code, _name in settings.LANGUAGES} else ""


def _offered(language: str | None) -> str:
    codes = {code for code, _name in settings.LANGUAGES}
    return language if language in codes else settings.LANGUAGE_CODE
