"""Which newsletter to offer below a story."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from articles.models import Article
from memberships.remembered import Remembered
from newsletters.models import Newsletter


def newsletter_for(article: Article, at: datetime) -> Newsletter | None:
    """The free list in the story's language closest to it: its country's, else its section's, else the first.

    Remembered for a while, for it stands below every story.
    """
    return _closest.at(at, article.language, article.country_id, article.section_id)


def _closest_to(language: str, country: int | None, section: int | None) -> Newsletter | None:
    offered = Newsletter.objects.offered().free().filter(language=language)
    countries = Newsletter.countries.through.objects.filter(newsletter=OuterRef("pk"), country=country)
    sections = Newsletter.sections.through.objects.filter(newsletter=OuterRef("pk"), section=section)
    return (
        offered.annotate(is_of_country=Exists(countries), is_of_section=Exists(sections))
        .order_by("-is_of_country", "-is_of_section", "position", "name")
        .first()
    )


_closest = Remembered(_closest_to)
