"""An edition as it is read, by email and on the web: made from the same few facts, all of them free to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.media.pictures import PictureView, picture_view
from articles.models import Article, Picture
from articles.models.taxonomy import Access
from articles.querysets import HEAVY_COLUMNS
from articles.reading import open_article
from memberships.access import ANONYMOUS
from memberships.touches import NEWSLETTER
from newsletters import prose, sponsors
from newsletters.addresses import absolute
from newsletters.models import Edition, EditionItem, Newsletter
from newsletters.pictures import COLUMN, MARK, LetterPicture, letter_picture
from newsletters.rendering import Rendered, render
from newsletters.rendering.text import text_of
from newsletters.substitution import PREFERENCES, UNSUBSCRIBE, pass_for

SUMMARY_WORDS = 40
# Whole paragraphs, until there are so many words.
ESSAY_WORDS = 250
# What a newsletter's link opens without counting.
PASSED = {Access.METERED, Access.REGISTERED}


@dataclass(frozen=True)
class ItemView:
    """A story in an edition. ``summary`` is what anybody may read, whatever the edition's reader holds.
    ``sponsors`` stand below it, ``paragraphs`` are what is told of it at length.

    ``url`` is where the letter's link leads, with a place for the recipient's pass where it needs one. ``why`` is for
    a member's own review on the web.
    """

    article: int
    label: str
    headline: str
    summary: str
    path: str
    url: str
    minutes: int
    is_pro: bool
    note: SafeString
    lead: Picture | None = None
    sponsors: tuple[sponsors.SponsorView, ...] = ()
    why: str = ""
    paragraphs: tuple[SafeString, ...] = ()

    @property
    def picture(self) -> LetterPicture | None:
        """What a letter shows of it where it leads, if its list shows pictures."""
        return letter_picture(self.lead, COLUMN) if self.lead else None


@dataclass(frozen=True)
class EditionView:
    """``paragraphs`` are those of its introduction, and its lists."""

    edition: Edition
    items: tuple[ItemView, ...]
    paragraphs: tuple[SafeString, ...]

    @property
    def url(self) -> str:
        """Its page; a week in one letter has none, and leads to the list's."""
        is_weekly = self.edition.kind == Edition.Kind.WEEKLY
        return absolute((self.edition.newsletter if is_weekly else self.edition).get_absolute_url())

    @property
    def mark(self) -> LetterPicture | None:
        """The list's own picture, above the letter."""
        newsletter = self.edition.newsletter
        shown = newsletter.picture if newsletter.shows_pictures else None
        return letter_picture(shown, MARK) if shown else None


@dataclass(frozen=True)
class OfferView:
    """A newsletter as it is offered: when it comes, what it looks like, and the last one that went out."""

    newsletter: Newsletter
    timetable: str
    picture: PictureView | None
    latest: Edition | None


def offers(at: datetime) -> list[OfferView]:
    """Every newsletter that can be had, in the order of the house."""
    offered = list(Newsletter.objects.offered().select_related("product", "picture"))
    archive = Edition.objects.in_archive(at).filter(newsletter__in=[each.pk for each in offered])
    latest = {
        each.newsletter_id: each for each in archive.order_by("newsletter_id", "-edition_on").distinct("newsletter_id")
    }
    return [_offer(newsletter, latest.get(newsletter.pk)) for newsletter in offered]


def view_of(edition: Edition, at: datetime) -> EditionView:
    """The edition with its stories that are published at the moment; one withdrawn since is left out."""
    published = Article.objects.published(at).select_related("format", "product", "lead_picture").defer(*HEAVY_COLUMNS)
    items = (
        edition.items.shown()
        .filter(article__in=published.values("pk"))
        .prefetch_related(Prefetch("article", published))
    )
    paragraphs = prose.blocks(edition.introduction)
    # No page reads it but the one of the offer, if the letter's reader goes on to there.
    came_by = urlencode({"utm_source": NEWSLETTER, "utm_content": str(edition.public_id)})
    told = [_told(_item(item, came_by, at), item, place, at) for place, item in enumerate(items)]
    return EditionView(edition, _with_sponsors(edition, told), paragraphs)


def render_edition(edition: Edition, at: datetime) -> Rendered:
    """The edition as a message with placeholders, in its list's language and zone.

    Raises:
        RenderingError: when its templates are broken.
    """
    newsletter = edition.newsletter
    context = context_of(edition, view_of(edition, at))
    return render("edition", context, language=newsletter.language, time_zone=newsletter.time_zone)


def context_of(edition: Edition, view: EditionView) -> dict[str, Any]:
    """What a letter's templates know of an edition."""
    return {
        "view": view,
        "edition": edition,
        "newsletter": edition.newsletter,
        "unsubscribe_url": UNSUBSCRIBE,
        "preferences_url": PREFERENCES,
    }


def timetable_in_words(newsletter: Newsletter) -> str:
    """When it comes, as one tells a reader: “Monday to Friday at 06:00, Beirut time”."""
    names = {
        "time": newsletter.send_at.strftime("%H:%M"),
        "city": newsletter.time_zone.split("/")[-1].replace("_", " "),
        "days": ", ".join(str(WEEKDAYS[day]) for day in sorted(newsletter.days)),
    }
    days = set(newsletter.days)
    if not days:
        return _("Whenever there is something to tell")
    if days == set(range(7)):
        return _("Every day at %(time)s, %(city)s time") % names
    if days == set(range(5)):
        return _("Monday to Friday at %(time)s, %(city)s time") % names
    return _("%(days)s at %(time)s, %(city)s time") % names


def _offer(newsletter: Newsletter, latest: Edition | None) -> OfferView:
    if latest is not None:
        latest.newsletter = newsletter
    picture = picture_view(newsletter.picture) if newsletter.picture else None
    return OfferView(newsletter, timetable_in_words(newsletter), picture, latest)


def _with_sponsors(edition: Edition, items: Sequence[ItemView]) -> tuple[ItemView, ...]:
    places = sponsors.places_in(edition)
    return tuple(
        replace(item, sponsors=sponsors.behind(places, number, len(items)))
        for number, item in enumerate(items, start=1)
    )


def story_view(article: Article, url: str, at: datetime, *, note: str = "", lead: Picture | None = None) -> ItemView:
    """A story as letters tell it: by what anybody may read of it. ``url`` is where it leads from there."""
    return ItemView(
        article=article.pk,
        label=article.format.name_in(article.language) if article.format else "",
        headline=article.headline,
        summary=article.standfirst or open_article(article, ANONYMOUS, at).excerpt(SUMMARY_WORDS),
        path=article.get_absolute_url(),
        url=url,
        minutes=article.reading_minutes,
        is_pro=article.access == Access.PRODUCT,
        note=prose.line(note),
        lead=lead,
    )


def _told(view: ItemView, item: EditionItem, place: int, at: datetime) -> ItemView:
    """As much of a story as its list tells of the one in this place."""
    template = item.edition.newsletter.template
    if template == Newsletter.Template.STORIES:
        return view
    if template == Newsletter.Template.ESSAY and place == 0:
        return replace(view, paragraphs=_at_length(item.article, at))
    return replace(view, summary="", lead=None)


def _at_length(article: Article, at: datetime) -> tuple[SafeString, ...]:
    """The first paragraphs of what anybody may read."""
    told: list[SafeString] = []
    words = 0
    for block in prose.blocks(open_article(article, ANONYMOUS, at).html):
        if words >= ESSAY_WORDS:
            break
        told.append(block)
        words += len(text_of(block).split())
    return tuple(told)


def _item(item: EditionItem, came_by: str, at: datetime) -> ItemView:
    article = item.article
    pass_of_reader = f"pass={pass_for(article.public_id)}&" if article.access in PASSED else ""
    url = f"{absolute(article.get_absolute_url())}?{pass_of_reader}{came_by}"
    lead = article.lead_picture if item.edition.newsletter.shows_pictures else None
    return story_view(article, url, at, note=item.note, lead=lead)
