"""The cut: the only way from an article to the text that a reader may see.

``paid_html`` is read here and nowhere else, and only after the access decision granted it. Whatever is derived from a
text (the page, an excerpt, JSON-LD, a feed item, an email) is derived from a :class:`Reading`, after the cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from articles import body_schema
from articles.models import Article
from articles.models.taxonomy import Access
from memberships.access import Item, Reader, Verdict, decide


@dataclass(frozen=True)
class Reading:
    """What one reader sees of one article at one moment.

    The HTML is as stored; :mod:`articles.rendering` makes it into a page. ``rest_html`` is empty where the article is
    closed to this reader, and where there is no rest. A withheld article (retracted, or not out yet) has no text.
    """

    article: Article
    verdict: Verdict
    opening_html: str
    rest_html: str
    is_withheld: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing was cut off."""
        return self.verdict.is_granted and not self.is_withheld

    @property
    def note(self) -> str:
        """Why it was retracted; empty unless it was."""
        return self.article.retraction_note if self.article.state == Article.State.RETRACTED else ""

    @property
    def html(self) -> str:
        return self.opening_html + self.rest_html

    @property
    def plain_text(self) -> str:
        return body_schema.plain_text(self.html)

    def excerpt(self, words: int) -> str:
        """The first words this reader may see, on one line, with an ellipsis where it goes on."""
        seen = self.plain_text.split()
        return " ".join(seen[:words]) + ("…" if len(seen) > words else "")


def open_article(article: Article, reader: Reader, at: datetime, *, item: Item | None = None) -> Reading:
    """Open ``article`` for ``reader`` at the moment ``at``; ``item`` is what it counts as, if a reading rule says so.

    The paid column is fetched only if the verdict grants it; articles may and should come with it deferred, and a free
    one has nothing in it. One that is not published, or not yet, yields no text to anybody, whoever asks.
    """
    verdict = decide(reader, item or item_of(article), at)
    if not _is_public(article, at):
        return Reading(article, verdict, opening_html="", rest_html="", is_withheld=True)
    rest = _paid_html(article) if verdict.is_granted and article.access != Access.FREE else ""
    return Reading(article, verdict, opening_html=article.opening_html, rest_html=rest)


def open_all(articles: Sequence[Article], reader: Reader, at: datetime) -> list[Reading]:
    """The same for a list: the paid columns that were granted come in one query, those of the others not at all."""
    verdicts = [decide(reader, item_of(article), at) for article in articles]
    granted = [
        article.pk
        for article, verdict in zip(articles, verdicts, strict=True)
        if verdict.is_granted and _is_public(article, at)
    ]
    rest = dict(Article.objects.filter(pk__in=granted).values_list("pk", "paid_html")) if granted else {}
    return [
        Reading(article, verdict, opening_html=article.opening_html, rest_html=rest.get(article.pk, ""))
        if _is_public(article, at)
        else Reading(article, verdict, opening_html="", rest_html="", is_withheld=True)
        for article, verdict in zip(articles, verdicts, strict=True)
    ]


def item_of(article: Article) -> Item:
    """The article as the access decision sees it; one query for the product unless it is loaded.

    Its section is named only where it is loaded, as it is for the article's own page; nothing else asks for it.
    """
    is_sold = article.access in {Access.PRODUCT, Access.METERED} and article.product is not None
    product = article.product.slug if is_sold and article.product else None
    section = article.section if Article.section.is_cached(article) else None
    return Item(article.access, product, str(article.public_id), section.slug if section else "")


def _is_public(article: Article, at: datetime) -> bool:
    published = article.first_published_at
    return article.state == Article.State.PUBLISHED and published is not None and published <= at


def _paid_html(article: Article) -> str:
    if "paid_html" not in article.get_deferred_fields():
        return article.paid_html
    return Article.objects.values_list("paid_html", flat=True).get(pk=article.pk)
