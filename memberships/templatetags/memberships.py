"""What the account pages write that Django's own filters do not."""

from __future__ import annotations

from django import template

from memberships import currencies

register = template.Library()


@register.simple_tag
def money(amount: int, currency: str) -> str:
    """An amount in minor units as people of the page's language write it."""
    return currencies.money(amount, currency)
