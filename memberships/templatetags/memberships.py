"""What the account pages write that Django's own filters do not."""

from __future__ import annotations

from django import template
from django.template import RequestContext

from memberships import clock, currencies, orders, providers
from memberships.orders import Order
from memberships.providers import Provider

register = template.Library()


@register.simple_tag
def money(amount: int, currency: str) -> str:
    """An amount in minor units as people of the page's language write it."""
    return currencies.money(amount, currency)


@register.simple_tag(takes_context=True)
def pending_order(context: RequestContext) -> Order | None:
    """The order of somebody who has to sign in first."""
    return orders.pending(context["request"].session, clock.now())


@register.simple_tag
def sign_in_providers() -> list[Provider]:
    """Who else may say who somebody is, in the order of their buttons."""
    return providers.offered()


@register.filter
def provider_named(key: str) -> Provider:
    """The provider of a connection."""
    return providers.named(key)
