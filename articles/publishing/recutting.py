"""Following the rules: published texts are cut anew when their level or the size of openings is changed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from articles import body_schema, search, signals
from articles.models import AccessRule, Article, Revision
from articles.models.taxonomy import Access
from articles.publishing import levels
from memberships import metering

# What one task takes on at most; the next goes on.
MOST_AT_ONCE = 500


def recut(at: datetime) -> int:
    """Cut anew what stands at another level, or was measured by another number of words, than is set now.

    Answers how many texts were cut, a portion at a time and each in a transaction of its own. What the desk chose for a
    text, its level or its break, is left alone.
    """
    words, rules = metering.terms().opening_words, levels.rules_in_force()
    public = Article.objects.filter(first_published_at__isnull=False)
    misplaced = levels.misplaced(public, rules).values_list("pk", flat=True)
    mismeasured = public.filter(opening_words__isnull=False).exclude(opening_words=words).values_list("pk", flat=True)
    stale = {*misplaced.order_by("pk")[:MOST_AT_ONCE], *mismeasured.order_by("pk")[:MOST_AT_ONCE]}
    for pk in sorted(stale)[:MOST_AT_ONCE]:
        _recut(pk, words, rules, at)
    return min(len(stale), MOST_AT_ONCE)


@transaction.atomic
def _recut(pk: int, words: int, rules: list[AccessRule], at: datetime) -> None:
    live = Article.objects.select_related("format__product", "product").select_for_update(of=("self",)).get(pk=pk)
    level = levels.level_now(live, rules)
    body = _published_body(live)
    live.access, live.product = level.access, level.product
    cut(live, body, words)
    live.save(update_fields=["access", "product", "opening_html", "paid_html", "opening_words"])
    search.index(live, at)
    transaction.on_commit(partial(signals.article_updated.send_robust, sender=__name__, article=live, at=at))


def cut(live: Article, body: str, words: int) -> None:
    """Divide a text into what is open to everybody and the rest, as its level asks. Nothing is saved."""
    first_words = None if live.access == Access.FREE else words
    live.opening_html, live.paid_html = body_schema.split(body, first_words)
    live.opening_words = None if body_schema.has_paywall_break(body) else first_words


def _published_body(live: Article) -> str:
    """The text as it was published, with its author's break, which the two columns no longer show."""
    revision = Revision.objects.filter(article=live, number=live.live_number or 0).first()
    return revision.snapshot["body"] if revision else live.opening_html + live.paid_html
