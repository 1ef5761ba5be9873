"""How one article stands to whoever asks, told apart from its page: what the meter has left, and a wall's receipt.

Nothing is counted here, and no text is opened.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from articles.models import Article
from articles.reading import item_of
from memberships import receipts
from memberships.access import Reason, Verdict
from memberships.admission import look
from memberships.readers import reader_of
from memberships.receipts import Receipt


def article_named(public_id: str, at: datetime) -> Article | None:
    """The published article with this id, or ``None``, also for what is no id at all."""
    with suppress(ValueError):
        return Article.objects.published(at).select_related("product").filter(public_id=UUID(public_id)).first()
    return None


def verdict_on(article: Article, request: HttpRequest, at: datetime) -> Verdict:
    return look(request, reader_of(request, at), item_of(article), at)


def receipt_of(article: Article, request: HttpRequest, at: datetime) -> str:
    """The code of the wall that whoever asks meets at the article; empty where they meet none.

    A meter that was refused to a newcomer looks as if it had not begun: to them the month is over.
    """
    verdict = verdict_on(article, request, at)
    is_refused = verdict.reason == Reason.METERED
    if verdict.is_granted and not is_refused:
        return ""
    reason = Reason.METER_SPENT if is_refused else verdict.reason
    return receipts.code_of(Receipt(at, reason, article.pk, request.user.pk or 0))
