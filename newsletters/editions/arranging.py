"""Which story stands where in an edition: pinned ones keep their place, dropped ones stay out, and what is found for it
takes the places that are left, by its rank."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import count

from django.db.models import Prefetch
from django.utils import translation
from django.utils.formats import date_format

from articles.models import Article
from articles.querysets import HEAVY_COLUMNS
from newsletters.composition import stories
from newsletters.editions.periods import covered_until
from newsletters.models import Edition, EditionItem, Newsletter


@dataclass(frozen=True)
class Arrangement:
    """What an edition is made of when it is composed: its stories by their places, what is new and what is gone."""

    since: datetime
    until: datetime
    places: dict[int, Article]
    came: tuple[Article, ...]
    gone: tuple[EditionItem, ...]

    @property
    def in_order(self) -> list[Article]:
        return [self.places[place] for place in sorted(self.places)]


def arrangement(edition: Edition, until: datetime, at: datetime) -> Arrangement:
    """What composing at the moment makes of the edition. Nothing is written."""
    since = covered_until(edition.newsletter, edition.due_at)
    lean = Prefetch("article", Article.objects.defer(*HEAVY_COLUMNS))
    rows = list(edition.items.prefetch_related(lean))
    pinned = _pinned(rows)
    dropped = [row.article_id for row in rows if row.is_dropped]
    found = stories(edition.newsletter, since, until, at, kept=list(pinned.values()), dropped=dropped)
    places = _placed(pinned, found)
    chosen = {article.pk for article in places.values()}
    known = {row.article_id for row in rows}
    return Arrangement(
        since,
        until,
        places,
        came=tuple(article for article in found if article.pk not in known),
        gone=tuple(row for row in rows if not row.is_dropped and row.article_id not in chosen),
    )


def arrange(edition: Edition, until: datetime, at: datetime) -> int:
    """Compose the edition anew, under its lock; how many stories it has. Its words follow its lead until an editor
    writes others."""
    plan = arrangement(edition, until, at)
    edition.items.filter(pk__in=[row.pk for row in plan.gone]).delete()
    rows = {row.article_id: row for row in edition.items.shown()}
    came: list[EditionItem] = []
    moved: list[EditionItem] = []
    for place, article in plan.places.items():
        row = rows.get(article.pk)
        if row is None:
            came.append(EditionItem(edition=edition, article=article, position=place))
        elif row.position != place:
            row.position = place
            moved.append(row)
    EditionItem.objects.bulk_create(came)
    EditionItem.objects.bulk_update(moved, ["position"])
    edition.covers_from, edition.covers_until = plan.since, plan.until
    if not edition.is_reworded:
        edition.subject, edition.preheader = _words(edition, plan.in_order)
    edition.save(update_fields=["covers_from", "covers_until", "subject", "preheader"])
    return len(plan.places)


def hold_still(edition: Edition) -> None:
    """Have nobody compose the edition anew before the transaction ends: an editor's changes are being saved."""
    Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)


def keep_by_hand(edition: Edition, before: Sequence[int], touched: Collection[int], ruled: Collection[int]) -> None:
    """What an editor has just placed, worded or added stays in its place from now on.

    ``before`` are the rows in the order the editor found, ``touched`` those that were worded or added; whether those
    that are ``ruled`` are pinned the editor has said.
    """
    found = {pk: place for place, pk in enumerate(before, start=1)}

    def wanted(row: EditionItem) -> tuple[bool, int, int]:
        """Of two in one place the one that was put there has it, and the other makes room on the side it came from."""
        return row.is_dropped, row.position, row.position - found.get(row.pk, row.position)

    rows = sorted(edition.items.order_by("id"), key=wanted)
    after = [row.pk for row in rows if not row.is_dropped]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {pk for block in blocks for pk in before[block.a : block.a + block.size]}
    moved = found.keys() & set(after) - stayed
    for place, row in enumerate(rows, start=1):
        row.position = place
        row.is_pinned = not row.is_dropped and (row.is_pinned or row.pk in (moved | set(touched)) - set(ruled))
    EditionItem.objects.bulk_update(rows, ["position", "is_pinned"])


def _pinned(rows: Sequence[EditionItem]) -> dict[int, Article]:
    """Pinned stories by their places; of two in one place the second stands behind the first."""
    places: dict[int, Article] = {}
    for row in rows:
        if row.is_pinned:
            places[max(row.position, max(places, default=0) + 1)] = row.article
    return places


def _placed(pinned: dict[int, Article], found: Sequence[Article]) -> dict[int, Article]:
    free = (place for place in count(1) if place not in pinned)
    return dict(sorted({**pinned, **dict(zip(free, found, strict=False))}.items()))


def _words(edition: Edition, order: Sequence[Article]) -> tuple[str, str]:
    """The lead's headline, and the next one's; the list's name and the day where there is no lead, or another one for
    everybody: a review previews each member's own first story."""
    is_the_same = edition.newsletter.kind != Newsletter.Kind.REVIEW
    preheader = order[1].headline[:200] if is_the_same and len(order) > 1 else ""
    if is_the_same and order and order[0].headline:
        return order[0].headline[:200], preheader
    with translation.override(edition.newsletter.language):
        return f"{edition.newsletter.name}, {date_format(edition.edition_on, 'j F Y')}"[:200], preheader
