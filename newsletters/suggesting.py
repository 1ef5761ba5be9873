"""Which newsletter to offer below a story."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from articles.models import Article
from newsletters.models import Newsletter


def newsletter_for(article: Article) -> Newsletter | None:
    """The free list in the story's language closest to it: its country's, else its section's, else the first."""
    offered = Newsletter.objects.offered().free().filter(language=article.language)
    countries = Newsletter.countries.through.objects.filter(newsletter=OuterRef("pk"), country=article.country_id)
    sections = Newsletter.sections.through.objects.filter(newsletter=OuterRef("pk"), section=article.section_id)
    return (
        offered.annotate(is_of_country=Exists(countries), is_of_section=Exists(sections))
        .order_by("-is_of_country", "-is_of_section", "position", "name")
        .first()
    )
