"""Addresses and amounts as people read them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.urls import reverse


def absolute_url(name: str, *args: object) -> str:
    """The full address of a named page."""
    return settings.SITE_URL + reverse(name, args=args)


def absolute(path: str) -> str:
    """The full address of a path such as ``get_absolute_url`` returns."""
    return settings.SITE_URL + path


def money(amount: int, currency: str, language: str) -> str:
    """An amount in minor units of an ISO 4217 currency, in any case, as it is written in a language."""
    code = currency.upper()
    value = Decimal(amount).scaleb(-get_currency_precision(code))
    return format_currency(value, code, locale=language.replace("-", "_"))
