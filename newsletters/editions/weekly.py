"""The week of a list in one letter, for readers who want no more: on the day of its last edition, instead of it."""

from __future__ import annotations

import logging
from collections.abc import Container
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import translation
from django.utils.translation import gettext as _

from articles.models import Article
from articles.models.taxonomy import Access
from articles.querysets import HEAVY_COLUMNS
from newsletters.editions.composing import SETTLES_AFTER
from newsletters.editions.periods import timetable_of
from newsletters.models import Edition, EditionItem, Newsletter, Signup
from newsletters.timetable import Due

log = logging.getLogger(__name__)

_WEEK = timedelta(days=7)


def compose_weeks(at: datetime) -> list[Edition]:
    """Compose the week of every list that somebody reads weekly, once its last edition of the week is due."""
    weekly = Signup.objects.confirmed().filter(newsletter=OuterRef("pk"), rhythm=Signup.Rhythm.WEEKLY)
    read = Newsletter.objects.offered().filter(Exists(weekly), kind=Newsletter.Kind.BRIEFING)
    recent = Edition.objects.filter(kind=Edition.Kind.WEEKLY, edition_on__gt=(at - 2 * _WEEK).date())
    known = {(pk, _week(day)) for pk, day in recent.values_list("newsletter_id", "edition_on")}
    made = []
    for newsletter in read.select_related("holidays"):
        try:
            due = _wanted(newsletter, known, at)
            edition = _compose(newsletter, due, at) if due else None
        except Exception:
            log.exception("the week of %s cannot be composed", newsletter.slug)
            continue
        if edition is not None:
            made.append(edition)
    return made


def _wanted(newsletter: Newsletter, known: Container[tuple[int, tuple[int, int]]], at: datetime) -> Due | None:
    """The last moment of a week whose letter is missing, if it has come and is not too long ago."""
    timetable = timetable_of(newsletter)
    due = timetable.last_until(at - SETTLES_AFTER)
    if due is None or (newsletter.pk, _week(due.on)) in known:
        return None
    following = timetable.next_after(due.at)
    is_last = following is None or _week(following.on) != _week(due.on)
    return due if is_last and at - due.at <= timedelta(hours=newsletter.most_late) else None


def _compose(newsletter: Newsletter, due: Due, at: datetime) -> Edition | None:
    """The week's edition; ``None`` when somebody else just made it."""
    found = _best(newsletter, due.on, at)
    first = Edition.State.COMPOSED if newsletter.wants_approval else Edition.State.APPROVED
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                newsletter=newsletter,
                kind=Edition.Kind.WEEKLY,
                is_primary=False,
                edition_on=due.on,
                state=first if len(found) >= newsletter.least_items else Edition.State.EMPTY,
                due_at=due.at,
                covers_from=due.at - _WEEK,
                covers_until=due.at,
                subject=_subject(newsletter, found),
                preheader=found[1].headline[:200] if len(found) > 1 else "",
            )
            EditionItem.objects.bulk_create(
                EditionItem(edition=edition, article=article, position=number)
                for number, article in enumerate(found, start=1)
            )
    except IntegrityError:
        return None
    return edition


def _best(newsletter: Newsletter, day: date, at: datetime) -> list[Article]:
    """What stood highest in the week's editions, the newest first among equals; in a free list one is for members."""
    published = Article.objects.published(at).defer(*HEAVY_COLUMNS)
    monday = day - timedelta(days=day.weekday())
    of_the_week = EditionItem.objects.shown().filter(
        edition__newsletter=newsletter,
        edition__is_primary=True,
        edition__edition_on__range=(monday, day),
        article__in=published.values("pk"),
    )
    rows = of_the_week.order_by("position", "-edition__edition_on").prefetch_related(Prefetch("article", published))
    articles = list(dict.fromkeys(row.article for row in rows))
    if newsletter.product_id is not None:
        return articles[: newsletter.most_items]
    for_members = [article for article in articles if article.access == Access.PRODUCT]
    last = for_members[: 1 if newsletter.most_items > 1 else 0]
    others = [article for article in articles if article not in for_members]
    return others[: newsletter.most_items - len(last)] + last


def _subject(newsletter: Newsletter, found: list[Article]) -> str:
    with translation.override(newsletter.language):
        subject = _("The week: %(subject)s") % {"subject": found[0].headline if found else newsletter.name}
    return subject[:200]


def _week(day: date) -> tuple[int, int]:
    year, week, _day = day.isocalendar()
    return year, week
