"""Sign-up blocks for the pages of other apps."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from articles.models import Article
from memberships import clock
from newsletters.models import Newsletter
from newsletters.suggesting import newsletter_for as closest

register = template.Library()


@register.inclusion_tag("newsletters/signup_block.html", takes_context=True)
def newsletter_for(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """An invitation to the newsletter closest to a story; nothing where none is offered in its language."""
    return _block(context, closest(article, clock.now()))


@register.inclusion_tag("newsletters/signup_block.html", takes_context=True)
def newsletter_signup(context: dict[str, Any], newsletter: Newsletter) -> dict[str, Any]:
    """An invitation to one newsletter."""
    return _block(context, newsletter)


def _block(context: dict[str, Any], newsletter: Newsletter | None) -> dict[str, Any]:
    shared = {name: context.get(name) for name in ("request", "viewer", "publication", "csrf_token", "is_shared")}
    block = {"slug": newsletter.slug, "name": newsletter.name, "promise": newsletter.tagline} if newsletter else None
    return {**shared, "newsletter": block, "action": f"{reverse('newsletter_signup')}?language={get_language()}"}
