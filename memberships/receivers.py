"""What allauth tells us, announced in the words of this app."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed, user_logged_in
from django.contrib import messages
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from memberships import clock, first_passwords, identity, providers, sign_ins, signals, tasks
from memberships.models import User
from memberships.people import bought, holdings, own
from memberships.readers import client_address

# What goes by their addresses comes before the addresses go.
holdings.declare("memberships", [*bought.HOLDINGS, *own.HOLDINGS])


@receiver(user_logged_in)
def note_the_sign_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    way = sign_ins.way_of(get_authentication_records(request, user))
    user_agent = request.headers.get("User-Agent", "")
    sign_ins.record(user, way, client_address(request), user_agent, clock.now())


@receiver(user_logged_in)
def give_them_the_password_they_chose(request: HttpRequest, user: User, **_rest: Any) -> None:
    first_passwords.settle(request.session, user)


@receiver(user_logged_in)
def connect_the_provider_they_came_from(request: HttpRequest, user: User, **_rest: Any) -> None:
    connection = providers.settle(request.session, user, clock.now())
    if connection is not None:
        provider = providers.named(connection.provider)
        told = {"account": connection, "provider": provider}
        get_adapter().send_notification_mail("socialaccount/email/account_connected", user, told)
        messages.success(request, _("%(provider)s is connected to your account.") % {"provider": provider.name})


@receiver(email_confirmed)
def tell_that_an_account_opened(email_address: EmailAddress, **_rest: Any) -> None:
    if identity.is_first_confirmation(email_address.user, email_address.email):
        _announce(signals.account_opened, email_address.user)


@receiver(email_changed)
def tell_that_an_address_changed(user: User, **_rest: Any) -> None:
    _announce(signals.address_changed, user)


@receiver(signals.address_changed)
def have_stripe_follow(**_rest: Any) -> None:
    """At once instead of at the next tick; with the queue away the tick will do."""
    transaction.on_commit(tasks.tell_stripe_addresses.delay, robust=True)


def _announce(signal: Signal, user: User) -> None:
    transaction.on_commit(partial(signal.send_robust, sender=__name__, user=user, at=clock.now()))
