"""What stories are filed under, and where each list of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from articles.models import Article, Author, Country, Section, Series, Topic
from articles.querysets import ArticleQuerySet

Subject = Section | Topic | Country | Series | Author


@dataclass(frozen=True)
class Filing:
    """One way of filing: its model, the column of ``Article`` that names it, and whether its lists mix languages."""

    model: type[Subject]
    column: str
    mixes_languages: bool = False


FILINGS = {
    "section": Filing(Section, "section"),
    "topic": Filing(Topic, "topics"),
    "country": Filing(Country, "country"),
    "series": Filing(Series, "series"),
    "author": Filing(Author, "bylines__author", mixes_languages=True),
}


def filed_under(subject: Subject, language: str, at: datetime) -> ArticleQuerySet:
    """Everything published under ``subject``, the newest first; in one language, unless it is an author's."""
    filing = next(filing for filing in FILINGS.values() if isinstance(subject, filing.model))
    articles = Article.objects.published(at).filter(**{filing.column: subject.pk}).newest_first()
    return articles if filing.mixes_languages else articles.in_language(language)


def address_in(subject: Subject, language: str) -> str:
    """The address of a list in a language; the publication's first language needs no mention."""
    suffix = "" if language == settings.LANGUAGE_CODE else f"?language={language}"
    return f"{subject.get_absolute_url()}{suffix}"


def feed_address(subject: Subject, form: str, language: str) -> str:
    """The same list as a feed; ``form`` is ``rss``, ``atom`` or ``json``."""
    address, mark, query = address_in(subject, language).partition("?")
    return f"{address}feed.{form}{mark}{query}"
