"""What allauth tells us, announced in the words of this app."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.db import transaction
from django.dispatch import Signal, receiver

from memberships import clock, identity, signals
from memberships.models import User


@receiver(email_confirmed)
def tell_that_an_account_opened(email_address: EmailAddress, **_rest: Any) -> None:
    if identity.is_first_confirmation(email_address.user, email_address.email):
        _announce(signals.account_opened, email_address.user)


@receiver(email_changed)
def tell_that_an_address_changed(user: User, **_rest: Any) -> None:
    _announce(signals.address_changed, user)


def _announce(signal: Signal, user: User) -> None:
    transaction.on_commit(partial(signal.send_robust, sender=__name__, user=user, at=clock.now()))
