"""Whom and what the links in letters are about. To follow one changes nothing; the page behind it has a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from newsletters import tokens
from newsletters.models import Journey, Newsletter, Recipient
from newsletters.signups.records import SignupError

Subject = TypeVar("Subject", Newsletter, Journey)


def behind_unsubscribing(token: str) -> tuple[Recipient, Newsletter]:
    """Whom and what an unsubscribe link is about. Raises SignupError."""
    return _behind(tokens.read_unsubscribing, token, Newsletter)


def behind_offers(token: str) -> Recipient:
    """Whom a link that stops offers is about. Raises SignupError."""
    try:
        return Recipient.objects.select_related("user").get(public_id=tokens.read_offers(token))
    except (tokens.BadToken, Recipient.DoesNotExist):
        raise SignupError(damaged()) from None


def behind_preferences(token: str) -> Recipient:
    """Whom a preferences link is about. Raises SignupError."""
    try:
        return Recipient.objects.select_related("user").get(public_id=tokens.read_preferences(token))
    except (tokens.BadToken, Recipient.DoesNotExist):
        raise SignupError(damaged()) from None


def behind_keeping(token: str) -> tuple[Recipient, Newsletter]:
    """Whom and what a link is about by which somebody still wants a list. Raises SignupError."""
    return _behind(tokens.read_keeping, token, Newsletter)


def behind_journey(token: str) -> tuple[Recipient, Journey]:
    """Whom and what a link that stops a journey is about. Raises SignupError."""
    return _behind(tokens.read_journey, token, Journey)


def _behind(read: Callable[[str], tuple[UUID, int]], token: str, kind: type[Subject]) -> tuple[Recipient, Subject]:
    try:
        public_id, number = read(token)
        recipient = Recipient.objects.select_related("user").get(public_id=public_id)
        return recipient, kind._default_manager.get(pk=number)
    except (tokens.BadToken, Recipient.DoesNotExist, Newsletter.DoesNotExist, Journey.DoesNotExist):
        raise SignupError(damaged()) from None


def damaged() -> str:
    """The sentence for a link of which something is missing."""
    return _("This link is damaged. Copy all of it from the message into the address line, or use your account page.")
