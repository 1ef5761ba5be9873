"""Where a text is found: ``/articles/<year>/<month>/<slug>/``, unique within its month, never given to another."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models import Article, Draft, Redirect
from articles.publishing.errors import PublishingError
from articles.querysets import ArticleQuerySet

LONGEST = 80
_LOCK_FOR_ADDRESSES = 0x41525449


def settle(article: Article, draft: Draft, at: datetime) -> None:
    """Give ``article`` its address, within the transaction that publishes it and before it is saved.

    Year and month are those of the first publication on the newsroom's own calendar and then never change. A slug that
    somebody chose is taken or refused; one made from the headline gets ``-2``, ``-3`` … until it is free. A live text
    keeps its slug until another is chosen; then its old address becomes a redirect.

    Raises:
        PublishingError: the chosen slug stands for another text of that month.
    """
    if article.year is None or article.month is None:
        here = at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE))
        article.year, article.month = here.year, here.month
    _one_at_a_time(article.year, article.month)
    if draft.slug and draft.slug != article.slug:
        _refuse_taken(article, draft.slug)
        _leave(article)
        article.slug = draft.slug
    elif not article.slug:
        article.slug = _free_slug(article, slug_of(draft.headline))


def slug_of(headline: str) -> str:
    """A headline as the last part of an address, cut at a word; its own script is kept."""
    slug = slugify(headline, allow_unicode=True)
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or "article"


def _leave(article: Article) -> None:
    """Make the address that readers know lead on; one that it returns to is no redirect any more."""
    if article.first_published_at is None:
        return
    old = article.get_absolute_url()
    Redirect.objects.update_or_create(path=old, defaults={"article": article})


def forget_own_redirect(article: Article) -> None:
    """A text that came back to an earlier address answers there itself."""
    Redirect.objects.filter(path=article.get_absolute_url()).delete()


def _refuse_taken(article: Article, slug: str) -> None:
    other = _others(article).filter(slug=slug).only("headline").first()
    if other is not None:
        raise PublishingError(
            [
                _("The address “%(slug)s” belongs to “%(headline)s” of the same month. Choose another one.")
                % {"slug": slug, "headline": other.headline}
            ]
        )


def _free_slug(article: Article, wished: str) -> str:
    taken = set(_others(article).filter(slug__startswith=wished).values_list("slug", flat=True))
    taken |= {path.rstrip("/").rpartition("/")[2] for path in _redirects_beside(article)}
    return next(slug for slug in _variants(wished, len(taken) + 1) if slug not in taken)


def _variants(wished: str, count: int) -> list[str]:
    return [wished, *(f"{wished}-{number}" for number in range(2, count + 2))]


def _redirects_beside(article: Article) -> list[str]:
    """Old addresses of that month: they must go on leading where they lead."""
    beginning = f"/articles/{article.year:04d}/{article.month:02d}/"
    return list(Redirect.objects.filter(path__startswith=beginning).values_list("path", flat=True))


def _others(article: Article) -> ArticleQuerySet:
    return Article.objects.filter(year=article.year, month=article.month).exclude(pk=article.pk)


def _one_at_a_time(year: int, month: int) -> None:
    """Publications of one month take turns until they commit, so that two cannot choose the same address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_FOR_ADDRESSES, year * 100 + month])
