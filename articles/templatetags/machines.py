from __future__ import annotations

from django import template
from django.conf import settings

from articles.structured_data import LOCALES

register = template.Library()


@register.filter
def og_locale(language: str) -> str:
    """A language code as Open Graph writes it: ``ar_AR``."""
    return LOCALES.get(language, LOCALES[settings.LANGUAGE_CODE])
