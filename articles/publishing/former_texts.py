"""What everybody could read before a text was replaced, for telling readers of a corrected story what changed."""

from __future__ import annotations

from datetime import datetime

from articles.models import Article, FormerText
from articles.models.taxonomy import Access

_TOLD = ("headline", "standfirst", "text_html", "is_open")


def text_of(live: Article) -> FormerText:
    """The free part of ``live`` as it stands, not saved. Of a text that is closed to anybody it holds no words."""
    is_open = live.access == Access.FREE
    return FormerText(
        article=live,
        headline=live.headline,
        standfirst=live.standfirst,
        text_html=live.opening_html if is_open else "",
        is_open=is_open,
    )


def keep(before: FormerText, live: Article, at: datetime) -> None:
    """Keep what ``live`` replaced at the moment ``at``, if everybody could see the difference."""
    now = text_of(live)
    if any(getattr(before, name) != getattr(now, name) for name in _TOLD):
        before.replaced_at = at
        before.save()
