"""The life of an edition: composed when its list is due, approved, frozen, sent. Every step happens once.

``composed → approved → sending → sent``, beside them ``empty`` (nothing new, nobody is written to), ``held`` (it could
not be rendered; nobody was written to) and ``halted`` (somebody stopped it under way).
"""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article
from memberships import audit
from memberships.models import User
from newsletters import audience
from newsletters.composition import stories
from newsletters.delivery import copies
from newsletters.models import Edition, EditionItem, Newsletter, Variant
from newsletters.presenting import render_edition
from newsletters.rendering import RenderingError
from newsletters.timetable import Due, Timetable

log = logging.getLogger(__name__)

# A story published in the last instant before the due moment may become visible a little after it.
SETTLES_AFTER = timedelta(seconds=5)
# Morning news is no news in the afternoon: what could not be composed by then is left out, and said so in the log.
MOST_LATE = timedelta(hours=6)
FIRST_PERIOD = timedelta(days=1)
# A list with one day a week was last due at most so long ago, wherever it is.
_LONGEST_WEEK = timedelta(days=9)
# What an editor may let go out.
_WAITING = (Edition.State.COMPOSED, Edition.State.HELD)
_FROZEN = (Edition.State.SENDING, Edition.State.SENT, Edition.State.HALTED)


class EditionError(Exception):
    """Why an edition cannot take a step, as a sentence for the editor."""


def timetable_of(newsletter: Newsletter) -> Timetable:
    return Timetable(frozenset(newsletter.days), newsletter.send_at, ZoneInfo(newsletter.time_zone))


def compose_due(at: datetime) -> list[Edition]:
    """Compose the primary edition of every list whose moment has come; answers the new ones.

    One list that fails does not keep the others from going out.
    """
    composed = []
    known = set(
        Edition.objects.filter(is_primary=True, edition_on__gt=(at - _LONGEST_WEEK).date()).values_list(
            "newsletter_id", "edition_on"
        )
    )
    for newsletter in Newsletter.objects.offered():
        try:
            edition = _compose_if_due(newsletter, known, at)
        except Exception:
            log.exception("the edition of %s cannot be composed", newsletter.slug)
            continue
        if edition is not None:
            composed.append(edition)
    return composed


def compose(newsletter: Newsletter, due: Due, at: datetime) -> Edition | None:
    """Make the primary edition of a day; ``None`` when somebody else just did.

    It takes up where the last one ended, so that consecutive editions neither repeat nor miss a story.
    """
    since = _covered_until(newsletter, due)
    found = stories(newsletter, since, due.at, at)
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                newsletter=newsletter,
                edition_on=due.on,
                state=_first_state(newsletter, found),
                due_at=due.at,
                covers_from=since,
                covers_until=due.at,
                subject=_subject(newsletter, due, found),
                preheader=found[1].headline[:200] if len(found) > 1 else "",
            )
            EditionItem.objects.bulk_create(
                EditionItem(edition=edition, article=article, position=number)
                for number, article in enumerate(found, start=1)
            )
    except IntegrityError:
        return None
    return edition


def reword(edition: Edition, words: Mapping[str, str]) -> None:
    """Change subject, preview line or introduction.

    Raises:
        EditionError: its audience is frozen; some may have it already.
    """
    still_open = Edition.objects.filter(pk=edition.pk).exclude(state__in=_FROZEN)
    if words and not still_open.update(**words):
        raise EditionError(_("This edition is on its way already. Its words were not changed."))


def approve(edition: Edition, actor: User, at: datetime) -> None:
    """Let a composed edition go out at its moment, or now if that has passed; one that was held back is tried again.

    Raises:
        EditionError: it is not waiting for approval, or has no story.
    """
    if not edition.items.exists():
        raise EditionError(_("This edition has no story. Add one, or leave the day out."))
    waiting = Edition.objects.filter(pk=edition.pk, state__in=_WAITING)
    if not waiting.update(state=Edition.State.APPROVED, held_because=""):
        raise EditionError(_("This edition is not waiting for approval any more. Load the page again."))
    _note("edition.approved", edition, actor, at)


def freeze(edition: Edition, at: datetime) -> bool:
    """Fix what the edition says and who gets it, and begin to send; false when it is not (any more) ours to freeze.

    One whose stories have all been withdrawn meanwhile is not sent; one that cannot be rendered is held back.
    """
    with transaction.atomic():
        locked = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
        if locked.state != Edition.State.APPROVED or locked.due_at > at:
            return False
        if not Article.objects.published(at).filter(edition_items__edition=locked).exists():
            Edition.objects.filter(pk=locked.pk).update(state=Edition.State.EMPTY)
            return False
        try:
            _fix_words(locked, 1, at)
        except RenderingError as error:
            log.error("edition %s is held back: %s", locked.public_id, error)  # noqa: TRY400 - the sentence says it all.
            Edition.objects.filter(pk=locked.pk).update(state=Edition.State.HELD, held_because=str(error))
            return False
        size = audience.freeze(locked, at)
        Edition.objects.filter(pk=locked.pk).update(state=Edition.State.SENDING, audience_size=size, frozen_at=at)
    return True


def halt(edition: Edition, actor: User, at: datetime) -> None:
    """Stop the presses: from now on no further copy is begun. What is being handed over at this moment goes.

    Raises:
        EditionError: it is not being sent.
    """
    if not Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING).update(state=Edition.State.HALTED):
        raise EditionError(_("This edition is not being sent. Load the page again."))
    _note("edition.halted", edition, actor, at)


def resume(edition: Edition, actor: User, at: datetime) -> None:
    """Go on with a halted edition where it stopped.

    Raises:
        EditionError: it is not halted.
    """
    if not Edition.objects.filter(pk=edition.pk, state=Edition.State.HALTED).update(state=Edition.State.SENDING):
        raise EditionError(_("This edition is not halted. Load the page again."))
    _note("edition.resumed", edition, actor, at)


def finish(edition: Edition, at: datetime) -> bool:
    """Call the edition sent once no copy waits or is being handed over; whether it is."""
    if not copies.are_settled(edition):
        return False
    sending = Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING)
    return sending.update(state=Edition.State.SENT, sent_at=at) == 1


def _fix_words(edition: Edition, number: int, at: datetime) -> Variant:
    """Write down what the edition says to those of its readers who get this variant."""
    with transaction.atomic():
        content = render_edition(edition, at)
    return Variant.objects.create(
        edition=edition,
        number=number,
        language=content.language,
        subject=content.subject,
        text=content.text,
        html=content.html,
        rendered_at=at,
    )


def _note(kind: str, edition: Edition, actor: User, at: datetime) -> None:
    audit.record(
        kind, actor=actor, subject_kind="edition", subject_id=edition.public_id, at=at, subject_label=str(edition)
    )


def _compose_if_due(newsletter: Newsletter, known: Container[tuple[int, date]], at: datetime) -> Edition | None:
    """``known`` holds newsletter and day of the editions there are already."""
    due = timetable_of(newsletter).last_until(at - SETTLES_AFTER)
    if due is None or (newsletter.pk, due.on) in known:
        return None
    if at - due.at > MOST_LATE:
        _log_once(newsletter, due)
        return None
    return compose(newsletter, due, at)


def _first_state(newsletter: Newsletter, found: list[Article]) -> Edition.State:
    if not found:
        return Edition.State.EMPTY
    return Edition.State.COMPOSED if newsletter.wants_approval else Edition.State.APPROVED


def _covered_until(newsletter: Newsletter, due: Due) -> datetime:
    """Where the last edition ended; without one, when it would have ended."""
    last = (
        Edition.objects.filter(newsletter=newsletter, is_primary=True, covers_until__lt=due.at)
        .order_by("-covers_until")
        .first()
    )
    if last is not None:
        return last.covers_until
    before = timetable_of(newsletter).last_until(due.at - timedelta(seconds=1))
    return before.at if before else due.at - FIRST_PERIOD


def _subject(newsletter: Newsletter, due: Due, found: list[Article]) -> str:
    """The lead's headline; the list's name and the day where there is none."""
    if found and found[0].headline:
        return found[0].headline[:200]
    with translation.override(newsletter.language):
        return f"{newsletter.name}, {date_format(due.on, 'j F Y')}"[:200]


def _log_once(newsletter: Newsletter, due: Due) -> None:
    if cache.add(f"newsletters:missed:{newsletter.pk}:{due.on}", True, 60 * 60 * 24 * 8):
        log.warning("edition of %s for %s was missed and is left out", newsletter.slug, due.on)
