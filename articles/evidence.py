"""What somebody read, as far as it is kept, for a bank that asks."""

from __future__ import annotations

from articles.models import HistoryEntry, NotedReading
from memberships.evidence import Block
from memberships.models import User


def readings_of(user: User) -> list[Block]:
    """Single openings are kept for a month, and the history of a reader who wishes for one for a year."""
    noted = NotedReading.objects.filter(user=user).order_by("at")
    history = HistoryEntry.objects.filter(user=user).order_by("last_read_at")
    return [
        Block.of("stories_opened", "opened headline country", noted.values_list("at", "article__headline", "country")),
        Block.of(
            "reading_history",
            "last_read headline per_cent_of_the_text",
            history.values_list("last_read_at", "article__headline", "furthest"),
        ),
    ]
