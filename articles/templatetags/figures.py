"""Figures as people of the page's language write them, thousands apart."""

from __future__ import annotations

from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils.translation import get_language

register = template.Library()

# Keeps the sign before the digits also where the words run from right to left (Unicode's isolates).
_ISOLATED = "\u2066{}\u2069"


@register.filter
def figure(value: int) -> str:
    """12345 is “12,345” in English."""
    return str(format_decimal(value, locale=(get_language() or settings.LANGUAGE_CODE).replace("-", "_")))


@register.filter
def change(value: int) -> str:
    """A difference with its sign; none is “0”."""
    if not value:
        return figure(0)
    return _ISOLATED.format(f"{'+' if value > 0 else '−'}{figure(abs(value))}")
