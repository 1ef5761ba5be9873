"""What stands in the letters of journeys, found as they are written: real editions, stories that are free to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article
from articles.models.taxonomy import Access
from articles.querysets import HEAVY_COLUMNS, ArticleQuerySet
from memberships.touches import NEWSLETTER
from newsletters import composition, tokens
from newsletters.addresses import absolute, absolute_url
from newsletters.models import Edition, EditionItem, Newsletter, Run, Step, StepWords
from newsletters.presenting import ItemView, story_view, timetable_in_words
from newsletters.rendering.isolating import isolated

# How far back the archive is searched for its best, and how many stories a letter has.
ARCHIVE_DAYS = 180
MOST_STORIES = 4
MOST_OF_EDITION = 3


@dataclass(frozen=True)
class Action:
    label: str
    url: str


@dataclass(frozen=True)
class Piece:
    """A letter before it is laid out. ``facts`` are what the product says itself, whatever editors say before."""

    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[str, ...] = ()
    heading: str = ""
    stories: tuple[ItemView, ...] = ()
    action: Action | None = None


def piece_of(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """What the step's letter says, in the active language; None where there is nothing to say."""
    if step.kind not in _PIECES:
        return None
    piece, words = _PIECES[step.kind](step, run, language, at), words_of(step, language)
    if piece is None or words is None:
        return piece if piece is not None and piece.subject else None
    return replace(piece, subject=words.subject, paragraphs=paragraphs_of(words.text))


def words_of(step: Step, language: str) -> StepWords | None:
    """What editors say in the language; what they say alone is said in the house's language where they did not."""
    by_language = {words.language: words for words in step.words.all()}
    alone = step.kind == Step.Kind.WORDS
    return by_language.get(language) or (by_language.get(settings.LANGUAGE_CODE) if alone else None)


def paragraphs_of(text: str) -> tuple[str, ...]:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return tuple(part.strip() for part in parts if part.strip())


def _expect(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """When the list comes and what it looks like: the last one that went out, by its first stories."""
    newsletter = run.newsletter
    if newsletter is None:
        return None
    names = {"newsletter": isolated(newsletter.name), "when": timetable_in_words(newsletter)}
    said = (_("You are on the list: from now on you get %(newsletter)s.") % names, newsletter.description.strip())
    piece = Piece(
        _("What to expect of %(newsletter)s") % names,
        tuple(part for part in said if part),
        (_("When it comes: %(when)s.") % names, _("One click on the link at the end of any letter stops it.")),
    )
    latest = Edition.objects.in_archive(at).filter(newsletter=newsletter).order_by("-edition_on").first()
    if latest is None:
        return piece
    of_edition = _published(at).filter(edition_items__edition=latest).order_by("edition_items__position")
    action = Action(_("Read the latest edition"), absolute(latest.get_absolute_url()))
    stories = _views(of_edition[:MOST_OF_EDITION], at)
    return replace(piece, heading=_("The latest edition"), stories=stories, action=action)


def _archive(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """What led the list's editions, newest first, or what editors chose; nothing that anybody has to pay for."""
    stories = _best(step, run.newsletter, language, at)
    if not stories:
        return None
    newsletter = run.newsletter
    name = newsletter.name if newsletter else settings.SITE_NAME
    page = absolute(newsletter.get_absolute_url()) if newsletter else absolute_url("newsletters")
    return Piece(
        _("The best of %(newsletter)s") % {"newsletter": isolated(name)},
        (_("These are the stories of the past months that we would keep. All of them are free to read."),),
        stories=stories,
        action=Action(_("See what else there is"), page),
    )


def _product(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """What members read, by what was last written for them."""
    product = run.journey.product
    if product is None:
        return None
    names = {"product": isolated(product.name)}
    sold = _published(at).in_language(language).filter(access=Access.PRODUCT, product=product).newest_first()
    return Piece(
        _("What %(product)s is") % names,
        (
            _("This letter costs you nothing. The members of %(product)s pay for it.") % names,
            _("They read in full what is written for them, and get newsletters of their own."),
        ),
        heading=_("The latest for members"),
        stories=_shown(step, at) or _views(sold[:MOST_OF_EDITION], at),
        action=Action(_("See what it costs"), f"{absolute_url('pro')}?{urlencode({'utm_source': NEWSLETTER})}"),
    )


def _ask(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """Whether they still want the list, and until when an answer counts where there is such a day."""
    newsletter = run.newsletter
    if newsletter is None:
        return None
    names = {"newsletter": isolated(newsletter.name)}
    said = [_("You have been getting %(newsletter)s for a long time, and we have not heard from you since.") % names]
    following = Step.objects.behind(step).first()
    if following is not None and following.kind == Step.Kind.END:
        last = (at + timedelta(days=following.wait_days)).date()
        names["day"] = date_format(last, "DATE_FORMAT")
        silent = _("If you want it, press the button. If we hear nothing until %(day)s, it does not come any more.")
        said += [silent % names, _("The button brings it back later as well.")]
    url = absolute_url("still_wanted", tokens.for_keeping(run.recipient.public_id, newsletter.pk))
    return Piece(
        _("Do you still want %(newsletter)s?") % names, tuple(said), action=Action(_("Yes, keep sending it"), url)
    )


def _words(step: Step, run: Run, language: str, at: datetime) -> Piece | None:
    """Nothing of its own: without an editor's words there is no such letter."""
    return Piece("", (), stories=_shown(step, at))


def _best(step: Step, newsletter: Newsletter | None, language: str, at: datetime) -> tuple[ItemView, ...]:
    if step.pk and step.stories.exists():
        return _shown(step, at, access=Access.FREE)
    since = at - timedelta(days=ARCHIVE_DAYS)
    free = _published(at).filter(access=Access.FREE)
    if newsletter is None:
        recent = free.in_language(language).filter(first_published_at__gte=since)
        return _views(recent.newest_first()[:MOST_STORIES], at)
    editions = Edition.objects.in_archive(at).filter(newsletter=newsletter, edition_on__gte=since.date())
    leads = EditionItem.objects.filter(edition__in=editions, position=1)
    led = free.filter(pk__in=leads.values("article")).newest_first()
    others = composition.candidates(newsletter, since, at, at).filter(access=Access.FREE)
    found = {article.pk: article for article in [*led[:MOST_STORIES], *others[:MOST_STORIES]]}
    return _views(list(found.values())[:MOST_STORIES], at)


def _shown(step: Step, at: datetime, **only: object) -> tuple[ItemView, ...]:
    """The stories that editors chose for the letter, as far as they are published."""
    if not step.pk:
        return ()
    return _views(_published(at).filter(pk__in=step.stories.values("pk"), **only).newest_first(), at)


def _views(found: Iterable[Article], at: datetime) -> tuple[ItemView, ...]:
    """Without passes."""
    came_by = urlencode({"utm_source": NEWSLETTER})
    return tuple(story_view(each, f"{absolute(each.get_absolute_url())}?{came_by}", at) for each in found)


def _published(at: datetime) -> ArticleQuerySet:
    return Article.objects.published(at).select_related("format", "product").defer(*HEAVY_COLUMNS)


_PIECES: dict[str, Callable[[Step, Run, str, datetime], Piece | None]] = {
    Step.Kind.EXPECT: _expect,
    Step.Kind.ARCHIVE: _archive,
    Step.Kind.PRODUCT: _product,
    Step.Kind.WORDS: _words,
    Step.Kind.ASK: _ask,
}
