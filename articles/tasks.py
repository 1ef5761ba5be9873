"""What happens by itself. Each task reads the clock and hands over to a rule; running one twice does no harm."""

from __future__ import annotations

from celery import shared_task

from articles import announcing, history, publishing, reading_log, search, simulating
from articles.announcing import NotTold
from articles.media import renditions, share_pictures
from articles.models import Article
from articles.publishing.recutting import MOST_AT_ONCE
from memberships import clock


@shared_task
def release_due() -> int:
    """Publish what is scheduled for now or before."""
    return publishing.release_due(clock.now())


@shared_task
def recut() -> int:
    """Follow what was changed about who may read what; goes on in the next task while there is more."""
    count = publishing.recut(clock.now())
    if count == MOST_AT_ONCE:
        recut.delay()
    return count


@shared_task
def index_missing() -> int:
    """Let search know texts that it does not, as after an upgrade; goes on in the next task while there are more."""
    count = search.index_missing(clock.now())
    if count == search.indexing.MOST_AT_ONCE:
        index_missing.delay()
    return count


@shared_task
def make_missing_renditions() -> int:
    """Make the sizes of some pictures that have none yet; goes on in the next task while it gets somewhere."""
    count = renditions.make_missing(clock.now())
    if count and renditions.are_missing():
        make_missing_renditions.delay()
    return count


@shared_task
def draw_share_pictures(pk: int) -> None:
    """Draw what a link to an article is shown with, before somebody asks; lost, the first who asks draws it."""
    article = Article.objects.published(clock.now()).for_cards().filter(pk=pk).first()
    if article is not None:
        for shape in share_pictures.SHAPES:
            share_pictures.ready(article, shape)


@shared_task(autoretry_for=(NotTold,), retry_backoff=10, retry_backoff_max=300, max_retries=5)
def tell_hub(pk: int) -> None:
    """Tell the hub which feeds have changed; after five more tries over some minutes it is left to find out itself."""
    article = Article.objects.for_cards().filter(pk=pk).first()
    if article is not None:
        announcing.tell_hub(article, clock.now())


@shared_task(autoretry_for=(NotTold,), retry_backoff=10, retry_backoff_max=300, max_retries=5)
def tell_search_engines(pk: int) -> None:
    """Tell search engines which page has changed; lost, they find out by the sitemap."""
    article = Article.objects.for_cards().filter(pk=pk).first()
    if article is not None:
        announcing.tell_search_engines(article)


@shared_task
def forget_old_reading() -> int:
    """Delete what readers read more than a year ago."""
    return history.forget_old(clock.now())


@shared_task
def write_readings() -> int:
    """Write down which stories were opened; goes on in the next task while more wait."""
    count = reading_log.drain(clock.now())
    if count == reading_log.MOST_AT_ONCE:
        write_readings.delay()
    return count


@shared_task
def forget_noted_readings() -> int:
    """Delete from the reading log what is older than thirty days; goes on in the next task while there is more."""
    count = reading_log.forget_old(clock.now())
    if count == reading_log.MOST_AT_ONCE:
        forget_noted_readings.delay()
    return count


# Below the time after which the queue takes a worker for dead and gives the task to another.
@shared_task(time_limit=540)
def simulate() -> bool:
    """Work out the next trial of other terms; goes on in the next task with another that waits."""
    is_done = simulating.run_next(clock.now)
    if is_done:
        simulate.delay()
    return is_done
