"""Sitemaps: an index, a file or several for each month of publication, and Google's news sitemap of the last two days.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse

from articles.lists import PRO_LISTS
from articles.models import Article, Author, Country, Section, Series, Topic
from articles.querysets import ArticleQuerySet
from articles.structured_data import absolute

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML_NS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_NEWS_NS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS_FOR = timedelta(days=2)
MOST_NEWS = 1000
# The protocol allows 50,000; a fifth of that is made in well under a second.
MOST_ADDRESSES = 10_000
_ADDRESS_COLUMNS = ("year", "month", "slug", "updated_at", "first_published_at")
_NEWS_COLUMNS = ("headline", "language", *_ADDRESS_COLUMNS)


def index(at: datetime) -> str:
    """The sitemap index: the lists, then every month in which something was published, the newest first."""
    months = (
        Article.objects.published(at)
        .order_by("-year", "-month")
        .values_list("year", "month")
        .annotate(changed=Max(Coalesce("updated_at", "first_published_at")), count=Count("pk"))
    )
    rows = [f"<sitemap><loc>{absolute(reverse('sitemap_lists'))}</loc></sitemap>"]
    for year, number, changed, count in months:
        for part in range(1, (count - 1) // MOST_ADDRESSES + 2):
            address = escape(absolute(_address(year, number, part)))
            rows.append(f"<sitemap><loc>{address}</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>")
    return f"{_HEAD}<sitemapindex {_NS}>{''.join(rows)}</sitemapindex>"


def lists() -> str:
    """The pages that are lists: fronts, sections, topics, countries, series, authors."""
    addresses = [reverse("front"), reverse("pro"), reverse("newsletters"), reverse("events")]
    addresses += [reverse("front_language", args=[code]) for code, _name in settings.LANGUAGES[1:]]
    addresses += [reverse(route) for _title, route in PRO_LISTS.values()]
    for model in (Section, Topic, Country, Series, Author):
        addresses += [row.get_absolute_url() for row in model._default_manager.only("slug")]
    return _urlset(f"<url><loc>{escape(absolute(address))}</loc></url>" for address in addresses)


def month(year: int, number: int, at: datetime, part: int = 1) -> str:
    """Every article first published in the month, with its translations; each part goes on from the one before."""
    articles = Article.objects.published(at).filter(year=year, month=number).newest_first()
    rows = list(articles.only(*_ADDRESS_COLUMNS, "group")[(part - 1) * MOST_ADDRESSES : part * MOST_ADDRESSES])
    versions = _versions(rows, articles, at)
    return _urlset((_entry(row, _alternates(versions[row.group])) for row in rows), f" {_XHTML_NS}")


def news(at: datetime) -> str:
    """What was published within the last two days; may be empty."""
    recent = Article.objects.published(at).filter(first_published_at__gt=at - NEWS_FOR).newest_first()
    return _urlset((_news_entry(article) for article in recent.only(*_NEWS_COLUMNS)[:MOST_NEWS]), f" {_NEWS_NS}")


def _versions(rows: Sequence[Article], month: ArticleQuerySet, at: datetime) -> dict[UUID, list[Article]]:
    """By group all the languages of a text that is in more than one; of a month that has none nothing is fetched."""
    shared = Article.objects.published(at).filter(group=OuterRef("group")).exclude(pk=OuterRef("pk"))
    groups = month.order_by().filter(Exists(shared)).values("group")
    versions: dict[UUID, list[Article]] = defaultdict(list)
    for version in Article.objects.published(at).filter(group__in=groups).only(*_ADDRESS_COLUMNS, "group", "language"):
        versions[version.group].append(version)
    return versions


def _alternates(versions: Sequence[Article]) -> str:
    """Each language of a text, itself included, as Google asks for it."""
    links = (
        f'<xhtml:link rel="alternate" hreflang="{version.language}" '
        f'href="{escape(absolute(version.get_absolute_url()))}"/>'
        for version in sorted(versions, key=lambda version: version.language)
    )
    return "".join(links)


def _address(year: int, number: int, part: int) -> str:
    if part == 1:
        return reverse("sitemap_month", args=[year, f"{number:02d}"])
    return reverse("sitemap_month_part", args=[year, f"{number:02d}", part])


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
