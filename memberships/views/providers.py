"""Signing in with Google, Apple or Microsoft: there, back, and the address that is confirmed in between."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.views import RequestLoginCodeView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.apple import views as apple
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from memberships import clock, identity, providers
from memberships.providers import Introduction
from memberships.views.person import PersonRequest

log = logging.getLogger(__name__)

_View = Callable[..., HttpResponseBase]
# What a provider says may have any shape, and the library trusts that it has the right one.
_SILENT_OR_GARBLED = (RequestException, OAuth2Error, LookupError, TypeError, ValueError, AttributeError)


def _or_a_sentence(view: _View) -> _View:
    """Where a provider does not answer, or not in its own language, people get a page of ours and nothing is begun."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        except _SILENT_OR_GARBLED:
            log.exception("A provider of sign-ins was not understood")
            return render(request, "socialaccount/authentication_error.html", {"is_silent": True}, status=502)

    return answered


begin = require_POST(never_cache(_or_a_sentence(openid.login)))
come_back = require_safe(never_cache(_or_a_sentence(openid.callback)))
begin_with_apple = require_POST(never_cache(_or_a_sentence(apple.oauth2_login)))
come_back_from_apple = require_safe(never_cache(_or_a_sentence(apple.oauth2_finish_login)))


class ConfirmAddress(RequestLoginCodeView):  # type: ignore[misc]
    """Somebody whom a provider knows and we do not: the address is theirs once they type the code we mail there.

    Whether it has an account already is told to nobody: the code opens that one, or the new one.
    """

    template_name = "socialaccount/confirm_address.html"
    introduction: Introduction

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        introduction = providers.pending(request.session, clock.now())
        if introduction is None:
            return redirect("account_login")
        self.introduction = introduction
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """A code asked for earlier, in another way, holds nobody up."""

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.introduction.email}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "provider": providers.named(self.introduction.provider)}

    def form_valid(self, form: RequestLoginCodeForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        if form._user is None:
            form._user, _is_new = identity.open_account(email, clock.now(), language=self.introduction.language)
        providers.prove(self.request.session, self.introduction, email)
        response: HttpResponse = super().form_valid(form)
        return response


confirm_address = ConfirmAddress.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def connections(request: PersonRequest) -> HttpResponse:
    """Disconnect one of them. They are listed with the rest of the profile."""
    number = request.POST.get("number", "")
    if request.method == "POST" and number.isascii() and number.isdecimal() and len(number) < 19:
        gone = providers.disconnect(request.user, int(number))
        if gone is not None:
            provider = providers.named(gone.provider)
            told = {"account": gone, "provider": provider}
            get_adapter().send_notification_mail("socialaccount/email/account_disconnected", request.user, told)
            messages.success(request, _("%(provider)s is no longer connected.") % {"provider": provider.name})
    return redirect("account_profile")
