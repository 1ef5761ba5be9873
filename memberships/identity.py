"""How accounts come to be, whoever opens them."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from memberships.models import User


@transaction.atomic
def open_account(
    email: str, at: datetime, *, name: str = "", language: str = settings.LANGUAGE_CODE
) -> tuple[User, bool]:
    """The account with this address, and whether it was made now.

    A new one has no password and an address yet to be confirmed, which signing in with an emailed code does.
    """
    compared = User.objects.normalize_email(email)
    user = User.objects.filter(email=compared).first()
    if user is not None:
        return user, False
    user = User.objects.create_user(email, name=name, language=language, time_zone=settings.TIME_ZONE, joined_at=at)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user, True


def is_first_confirmation(user: User, email: str) -> bool:
    """Whether no other address of the account was confirmed before this one."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    return not confirmed.exclude(email__iexact=email).exists()
