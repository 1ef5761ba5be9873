"""The desk: where journalists write, file and publish."""

from articles.admin import (
    access_rules,
    charts,
    crawlers,
    drafts,
    events,
    fronts,
    pictures,
    reading_rules,
    recordings,
    records,
    taxonomy,
)

__all__ = [
    "access_rules",
    "charts",
    "crawlers",
    "drafts",
    "events",
    "fronts",
    "pictures",
    "reading_rules",
    "recordings",
    "records",
    "taxonomy",
]
