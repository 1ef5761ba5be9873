"""What a test of two subjects does to an edition that is frozen: two variants, of which a sample gets either."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from newsletters.delivery import warm_up
from newsletters.models import Edition, SubjectTest

FIRST, SECOND = 1, 2
# From fewer people nothing is learned.
FEWEST = 20


def will_be_counted(edition: Edition) -> bool:
    """Whether openings and clicks of an edition that is frozen now are counted."""
    return settings.COUNT_MAIL and edition.newsletter.is_counted


def obstacle(edition: Edition) -> str:
    """Why no two subjects can be tried, as a sentence; empty when they can."""
    if edition.kind != Edition.Kind.REGULAR or edition.is_review:
        return _("Two subjects are tried only with a list's own editions that say the same to everybody.")
    if not will_be_counted(edition):
        return _("Clicks of this list are not counted, so nobody could tell which subject is better.")
    if warm_up.is_running():
        return _("The sending domain is new and sends so much a day. Two subjects can be tried once that is over.")
    return ""


def test_of(edition: Edition) -> SubjectTest | None:
    """The test to begin as the edition is frozen. What stands in its way since it was wished for makes it fall away:
    a letter is not held back for its subject."""
    test = SubjectTest.objects.filter(edition=edition).first()
    return None if test is None or obstacle(edition) else test


def printings(edition: Edition, test: SubjectTest | None) -> Iterator[tuple[int, Edition]]:
    """The variants to write down, each with the edition as it is to be read there."""
    yield FIRST, edition
    if test is not None:
        other = copy(edition)
        other.subject = test.subject
        yield SECOND, other


def begin(test: SubjectTest, size: int, at: datetime) -> None:
    """Say when it is decided: at once, where the sample is too small for anything to be learned."""
    is_telling = size * test.share // 200 * 2 >= FEWEST
    decides_at = at + timedelta(minutes=test.waits) if is_telling else at
    SubjectTest.objects.filter(pk=test.pk).update(decides_at=decides_at)


def end(edition: Edition, at: datetime) -> None:
    """End the test, if one is under way: the rest gets neither of both."""
    SubjectTest.objects.filter(edition=edition, decides_at__isnull=False, decided_at=None).update(decided_at=at)


def last_uncorrected(edition: Edition) -> int:
    """The last variant of the words it was frozen with."""
    is_tested = SubjectTest.objects.filter(edition=edition, decides_at__isnull=False).exists()
    return SECOND if is_tested else FIRST
