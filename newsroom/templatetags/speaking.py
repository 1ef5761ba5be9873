"""Addresses of public pages in the language of the page that leads to them."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from newsroom.languages import front_address

register = template.Library()


@register.simple_tag
def spoken_url(name: str, *arguments: str) -> str:
    """``{% spoken_url 'pro' %}``: like ``url``, and the page there speaks what this one does."""
    address, language = reverse(name, args=arguments), get_language()
    return address if language in {None, settings.LANGUAGE_CODE} else f"{address}?language={language}"


@register.simple_tag
def front_url() -> str:
    """The front page in the language of this one."""
    return front_address(get_language() or settings.LANGUAGE_CODE)
