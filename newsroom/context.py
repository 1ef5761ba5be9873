"""What every template may use: the publication, its navigation and who is reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from articles.models import Section
from memberships import clock
from memberships.offers import offer_for
from memberships.readers import reader_of
from memberships.remembered import Remembered
from newsroom.languages import front_address


@dataclass(frozen=True)
class Publication:
    name: str
    tagline: str
    description: str
    url: str
    pro_name: str
    contact_email: str
    languages: list[tuple[str, str, str]]


@dataclass(frozen=True)
class NavigationItem:
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Viewer:
    is_authenticated: bool = False
    display_name: str = ""
    email: str = ""
    is_staff: bool = False
    has_pro: bool = False


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. What costs a query is asked only when a template uses it."""
    return {
        # Not called "site": the account pages' library puts Django's idea of a site under that name.
        "publication": Publication(
            name=settings.SITE_NAME,
            tagline=settings.SITE_TAGLINE,
            description=settings.SITE_DESCRIPTION,
            url=settings.SITE_URL,
            pro_name=settings.PRO_NAME,
            contact_email=settings.CONTACT_EMAIL,
            languages=[(code, name, front_address(code)) for code, name in settings.LANGUAGE_NAMES.items()],
        ),
        "nav": SimpleLazyObject(lambda: _navigation(request, clock.now())),
        "viewer": SimpleLazyObject(lambda: viewer_of(request)),
        "pro_offer": SimpleLazyObject(lambda: offer_for(request.user, clock.now(), is_shared=True)),
        "today": timezone.localtime(clock.now()),
    }


def viewer_of(request: HttpRequest) -> Viewer:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Viewer()
    at = clock.now()
    return Viewer(True, user.get_short_name(), user.email, user.is_staff, reader_of(request, at).holds("pro", at))


_sections = Remembered(lambda: list(Section.objects.filter(is_in_navigation=True)))


def _navigation(request: HttpRequest, at: datetime) -> list[NavigationItem]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    suffix = "" if language == settings.LANGUAGE_CODE else f"?language={language}"
    return [
        NavigationItem(section.label, section.get_absolute_url() + suffix, request.path == section.get_absolute_url())
        for section in _sections.at(at)
    ]
