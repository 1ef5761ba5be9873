from django import template

from articles.lists import Subject, address_in

register = template.Library()


@register.filter
def list_in(subject: Subject, language: str) -> str:
    """``{{ article.section|list_in:article.language }}``: where the list of a section, topic, country … is."""
    return address_in(subject, language)
