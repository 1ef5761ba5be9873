"""What a page tells the page cache in front of it: that it may be kept, what copies of it there are, what makes it old.

``Surrogate-Control`` is the Edge Architecture Specification's (https://www.w3.org/TR/edge-arch/ §2); ``Surrogate-Key``
names what the page shows, so that a change of one thing takes away every page that shows it. Whether anybody listens
is none of the page's business, and none of these headers leaves the house unasked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.timezone import get_default_timezone, localtime

from articles.models import Article
from memberships.access import Item, Reason, Verdict
from memberships.reading_rules import Terms

FRESH = timedelta(minutes=5)
STALE = timedelta(minutes=10)
# What the page is, for the page cache alone.
DESCRIPTION = "X-Page"
# On every page that lists stories: whatever is published, changed or withdrawn may move all of them.
LISTS = "lists"
FULL = "full"
FREE = Item("free")


def key_of(article: Article) -> str:
    """The key of every page that shows the article or its card."""
    return f"article:{article.public_id.hex}"


def keys_of(article: Article, others: Iterable[Article]) -> list[str]:
    """The keys of an article's own page, which leads to its translations and shows the cards of ``others``."""
    return [key_of(article), _key_of_translations(article), *map(key_of, others)]


def purged_by(article: Article) -> list[str]:
    """What a change of the article takes away."""
    return [key_of(article), _key_of_translations(article), LISTS]


def part_of(verdict: Verdict, terms: Terms | None = None) -> str:
    """What of a verdict a page shows: ``full``; ``metered``, which is full with a word about the meter; or ``opening``
    with what its wall says. Where two verdicts have one part, readers who stand alike see the same page.

    ``terms`` are those of a reading rule, which may offer something else on the wall.
    """
    if verdict.is_granted:
        return "metered" if verdict.reason == Reason.METERED else FULL
    said = [verdict.allowance]
    if terms is not None and (terms.plan is not None or terms.promised is not None):
        said += [terms.plan.pk if terms.plan else None, terms.promised]
    return ".".join(["opening", verdict.reason, *("" if each is None else str(each) for each in said)])


def keep(
    response: HttpResponse,
    at: datetime,
    *,
    keys: Iterable[str],
    part: str = FULL,
    item: Item = FREE,
    personal: Iterable[str] = (),
    reads: Iterable[str] = (),
) -> None:
    """Let copies of this answer be kept and given to others.

    ``item`` is what the access decision judges, ``part`` (of :func:`part_of`) how it was judged for whoever asked. A
    part whose first word is in ``personal`` also shows where its reader stands (signed in or not, what they hold, what
    they may still try), so it is shared only among readers who stand alike. Nothing else about a reader may be on the
    page. ``reads`` are the query parameters that change it, besides ``language``.
    """
    fresh = min(FRESH, _until_midnight(at))
    response["Surrogate-Control"] = (
        f"max-age={int(fresh.total_seconds())}, stale-while-revalidate={int(STALE.total_seconds())}"
    )
    response["Surrogate-Key"] = " ".join(dict.fromkeys(keys))
    what = {"part": part, "access": item.access, "product": item.product or "", "item": item.key}
    what |= {"section": item.section, "personal": " ".join(personal), "reads": " ".join(reads)}
    response[DESCRIPTION] = urlencode(what)


def _key_of_translations(article: Article) -> str:
    return f"translations:{article.group}"


def _until_midnight(at: datetime) -> timedelta:
    """Until the date on every page changes, where the publication is at home."""
    zone = get_default_timezone()
    tomorrow = localtime(at, zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone) - at
