"""What stories are filed under, and where each list of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Author, Country, Format, Section, Series, Topic
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

# The lists of PRO: what each is called and the name of its address.
PRO_LISTS = {
    Format.Kind.MEMO: (_("Memos"), "memos"),
    Format.Kind.TREND_REPORT: (_("Trend reports"), "trend_reports"),
}


def filed_under(subject: Subject, language: str, at: datetime) -> ArticleQuerySet:
    """Everything published under ``subject``, the newest first; in one language, unless it is an author's."""
    filing = next(filing for filing in FILINGS.values() if isinstance(subject, filing.model))
    articles = Article.objects.published(at).filter(**{filing.column: subject.pk}).newest_first()
    return articles if filing.mixes_languages else articles.in_language(language)


def address_in(subject: Subject, language: str) -> str:
    """The address of a list in a language; the publication's first language needs no mention."""
    return f"{subject.get_absolute_url()}{_said(language)}"


@dataclass(frozen=True)
class Listing:
    """A list of articles, the newest first. ``page`` is its path in its language; ``feeds`` where its feeds hang."""

    title: str
    description: str
    page: str
    feeds: str
    language: str
    articles: ArticleQuerySet

    def feed(self, form: str) -> str:
        """The path of the list as a feed; ``form`` is ``rss``, ``atom`` or ``json``."""
        return f"{self.feeds}feed.{form}{_said(self.language)}"


def listing_of(subject: Subject, language: str, at: datetime) -> Listing:
    """What is filed under a section, topic, country, series or author."""
    return Listing(
        title=f"{subject.name_in(language)} · {settings.SITE_NAME}",
        description=subject.description or settings.SITE_DESCRIPTION,
        page=address_in(subject, language),
        feeds=subject.get_absolute_url(),
        language=language,
        articles=filed_under(subject, language, at),
    )


def listing_of_kind(kind: str, language: str, at: datetime) -> Listing:
    """Every memo or every trend report."""
    name, route = PRO_LISTS[Format.Kind(kind)]
    page = reverse(route)
    return Listing(
        title=f"{name} · {settings.PRO_NAME}",
        description=settings.SITE_DESCRIPTION,
        page=f"{page}{_said(language)}",
        feeds=page,
        language=language,
        articles=Article.objects.published(at).in_format_kind(kind).in_language(language).newest_first(),
    )


def listing_of_everything(language: str, at: datetime) -> Listing:
    """All there is in a language; its page is the front."""
    is_first = language == settings.LANGUAGE_CODE
    return Listing(
        title=settings.SITE_NAME,
        description=settings.SITE_DESCRIPTION,
        page=reverse("front") if is_first else reverse("front_language", args=[language]),
        feeds="/",
        language=language,
        articles=Article.objects.published(at).in_language(language).newest_first(),
    )


def _said(language: str) -> str:
    return "" if language == settings.LANGUAGE_CODE else f"?language={language}"
