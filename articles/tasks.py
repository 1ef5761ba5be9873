"""What happens by itself. Each task reads the clock and hands over to a rule; running one twice does no harm."""

from __future__ import annotations

from celery import shared_task

from articles import publishing
from articles.media import renditions
from memberships import clock


@shared_task
def release_due() -> int:
    """Publish what is scheduled for now or before."""
    return publishing.release_due(clock.now())


@shared_task
def recut_openings() -> int:
    """Follow a change of how many words of a closed text stand open."""
    return publishing.recut_openings(clock.now())


@shared_task
def make_missing_renditions() -> int:
    """Make the sizes of some pictures that have none yet."""
    return renditions.make_missing(clock.now())
