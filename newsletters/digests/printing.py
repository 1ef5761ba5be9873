"""A week's blocks: rendered, looked through and written down before the first copy leaves, and read again to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from articles.models import Industry
from newsletters.digests import blocks
from newsletters.digests.allocating import Pick, Slate, allocate
from newsletters.digests.blocks import Blocks, Piece
from newsletters.digests.pool import slate_for
from newsletters.digests.reasons import why
from newsletters.models import Block, Edition
from newsletters.preflight import checking
from newsletters.presenting import ItemView, context_of, render_edition, view_of
from newsletters.rendering import Rendered, written
from newsletters.tracking import links


@dataclass(frozen=True)
class Story:
    """A story of the pool. ``key`` is what it is called in its marks."""

    key: str
    item: ItemView


@dataclass(frozen=True)
class Sentence:
    """Why a story is in a review. ``key`` is what it is called in its marks."""

    key: str
    words: str


def printed(edition: Edition, slate: Slate, at: datetime) -> Blocks:
    """The blocks of the slate's stories as they read now.

    Raises:
        RenderingError: a template is broken.
    """
    wanted = slate.articles | {pin.article for pin in slate.pinned}
    view = view_of(edition, at)
    pool = [Story(str(item.article), item) for item in view.items if item.article in wanted]
    reasons = sentences(slate, edition.newsletter.language)
    context = {**context_of(edition, view), "pool": pool, "reasons": reasons}
    newsletter = edition.newsletter
    subject, mjml = written("review", context, language=newsletter.language, time_zone=newsletter.time_zone)
    expected = {f"why:{reason.key}" for reason in reasons}
    for story in pool:
        expected |= {f"preview:{story.key}"}
        expected |= {f"{size}:{story.key}{end}" for size in ("lead", "story") for end in ("", ":end")}
    return Blocks(subject, newsletter.language, blocks.cut(mjml, expected))


def sentences(slate: Slate, language: str) -> list[Sentence]:
    """Every reason for which one of the slate's stories can be in a review."""
    names = {industry.pk: industry.name_in(language) for industry in Industry.objects.filter(pk__in=slate.industries)}
    with translation.override(language):
        return [Sentence(blocks.reason_of(pick), why(pick, names)) for pick in blocks.reasons_for(slate.industries)]


def fix(edition: Edition, slate: Slate, since: int, at: datetime) -> None:
    """Write down what the variants from ``since`` on are assembled of.

    Raises:
        RenderingError: a template is broken.
        UnfitError: something is wrong with one of the letters.
    """
    made = printed(edition, slate, at)
    checking.insist(edition, _whole(made), at, longest=made.longest(slate.places).html)
    placed = links.fix(edition, list(made.pieces.values()))
    Block.objects.bulk_create(
        Block(edition=edition, since=since, key=key, text=text, html=html)
        for key, (text, html) in zip(made.pieces, placed, strict=True)
    )


def kept(edition: Edition, since: int) -> dict[str, Piece]:
    """The blocks as they were written down."""
    rows = edition.blocks.filter(since=since).values_list("key", "text", "html")
    return {key: Piece(text, html) for key, text, html in rows}


def beginnings(edition: Edition) -> list[int]:
    """The numbers of the first variants that have blocks of their own, in their order."""
    return list(edition.blocks.filter(key=blocks.HEAD).order_by("since").values_list("since", flat=True))


def stories_of(edition: Edition, since: int) -> set[int]:
    """The stories that have blocks among those of the variants from ``since`` on."""
    keys = edition.blocks.filter(since=since, key__regex=blocks.STORY).values_list("key", flat=True)
    return {int(key.removeprefix("story:")) for key in keys}


def as_it_reads(edition: Edition, at: datetime, order: Sequence[int] = (), seen: Sequence[int] = ()) -> Rendered:
    """An edition as it would be rendered now: a review for somebody with this order who knows these stories, by default
    for who has ranked nothing and knows nothing; any other edition for everybody.

    Raises:
        RenderingError: a template is broken.
    """
    if not edition.is_review:
        return render_edition(edition, at)
    slate = slate_for(edition, at)
    return assembled(printed(edition, slate, at), allocate(slate, order, seen))


def problems(edition: Edition, at: datetime) -> list[str]:
    """What keeps the edition from going out as it reads now; of a review, of any of its letters.

    Raises:
        RenderingError: a template is broken.
    """
    if not edition.is_review:
        return checking.checked(edition, render_edition(edition, at), at)
    slate = slate_for(edition, at)
    made = printed(edition, slate, at)
    return checking.checked(edition, _whole(made), at, longest=made.longest(slate.places).html)


def assembled(made: Blocks, picks: Sequence[Pick]) -> Rendered:
    """The letter with these picks."""
    return made.assembled([pick.article for pick in picks], [blocks.reason_of(pick) for pick in picks])


def _whole(made: Blocks) -> Rendered:
    """All there is to be looked through, as one letter that nobody gets."""
    text, html = ("".join(part) for part in zip(*made.pieces.values(), strict=True))
    return Rendered(made.subject, text, html, made.language)
