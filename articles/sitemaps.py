"""Sitemaps: an index, one file for each month of publication, and Google's news sitemap of the last two days.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.urls import reverse

from articles.models import Article, Author, Country, Section, Series, Topic
from articles.structured_data import absolute

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS_NS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS_FOR = timedelta(days=2)
MOST_NEWS = 1000
MOST_ADDRESSES = 50_000
_NEWS_COLUMNS = ("headline", "language", "year", "month", "slug", "updated_at", "first_published_at")


def index(at: datetime) -> str:
    """The sitemap index: the lists, then every month in which something was published."""
    months = (
        Article.objects.published(at)
        .order_by("-year", "-month")
        .values_list("year", "month")
        .annotate(changed=Max(Coalesce("updated_at", "first_published_at")))
    )
    rows = [f"<sitemap><loc>{absolute(reverse('sitemap_lists'))}</loc></sitemap>"]
    for year, month, changed in months:
        address = absolute(reverse("sitemap_month", args=[year, f"{month:02d}"]))
        rows.append(f"<sitemap><loc>{escape(address)}</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>")
    return f"{_HEAD}<sitemapindex {_NS}>{''.join(rows)}</sitemapindex>"


def lists() -> str:
    """The pages that are lists: fronts, sections, topics, countries, series, authors."""
    addresses = [reverse("front"), reverse("pro"), reverse("newsletters"), reverse("events")]
    addresses += [reverse("front_language", args=[code]) for code, _name in settings.LANGUAGES[1:]]
    for model in (Section, Topic, Country, Series, Author):
        addresses += [row.get_absolute_url() for row in model._default_manager.only("slug")]
    return _urlset(f"<url><loc>{escape(absolute(address))}</loc></url>" for address in addresses)


def month(year: int, number: int, at: datetime) -> str:
    """Every article first published in the month."""
    articles = Article.objects.published(at).filter(year=year, month=number).newest_first()
    rows = articles.only("year", "month", "slug", "updated_at", "first_published_at")[:MOST_ADDRESSES]
    return _urlset(_entry(article) for article in rows)


def news(at: datetime) -> str:
    """What was published within the last two days; may be empty."""
    recent = Article.objects.published(at).filter(first_published_at__gt=at - NEWS_FOR).newest_first()
    return _urlset((_news_entry(article) for article in recent.only(*_NEWS_COLUMNS)[:MOST_NEWS]), f" {_NEWS_NS}")


def _urlset(rows: Iterable[str], namespaces: str = "") -> str:
    return f"{_HEAD}<urlset {_NS}{namespaces}>{''.join(rows)}</urlset>"


def _entry(article: Article, more: str = "") -> str:
    changed = article.updated_at or article.first_published_at
    when = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return f"<url><loc>{escape(absolute(article.get_absolute_url()))}</loc>{when}{more}</url>"


def _news_entry(article: Article) -> str:
    published = article.first_published_at.isoformat() if article.first_published_at else ""
    more = (
        "<news:news><news:publication>"
        f"<news:name>{escape(settings.SITE_NAME)}</news:name><news:language>{article.language}</news:language>"
        f"</news:publication><news:publication_date>{published}</news:publication_date>"
        f"<news:title>{escape(article.headline)}</news:title></news:news>"
    )
    return _entry(article, more)
