from typing import Any

from django import template
from django.utils.translation import get_language

from articles.following import kind_of
from articles.lists import Subject, address_in

register = template.Library()


@register.filter
def list_in(subject: Subject, language: str) -> str:
    """``{{ article.section|list_in:article.language }}``: where the list of a section, topic, country … is."""
    return address_in(subject, language)


@register.inclusion_tag("partials/follow.html")
def follow_button(subject: Subject, look: str = "button button--quiet button--small") -> dict[str, Any]:
    """``{% follow_button article.series %}``: follow it, or stop; its name in the language of the page."""
    kind = kind_of(subject)
    name = subject.name_in(get_language() or "")
    return {"key": f"{kind}:{subject.slug}", "kind": kind, "slug": subject.slug, "name": name, "look": look}
