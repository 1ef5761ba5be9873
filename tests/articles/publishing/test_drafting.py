from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles import publishing
from articles.models import Draft, Revision
from articles.publishing import DraftConflict
from tests.articles.builders import MINUTE, NOW, author, draft, news, section, writer

pytestmark = pytest.mark.django_db


def test_save_cleans_the_text_and_keeps_a_revision():
    first = draft(headline="  Harbour   tariffs\nfall ")
    saved = publishing.save(first, first.number, {"body": '<p onclick="x()">New.</p>'}, writer(), NOW)
    assert (saved.headline, saved.body, saved.number) == ("Harbour tariffs fall", "<p>New.</p>", first.number + 1)
    assert [revision.snapshot["body"] for revision in Revision.objects.all()] == [saved.body, first.body]


def test_what_a_save_does_not_name_stays():
    rima, noor = author("Rima"), author("Noor")
    first = draft(bylines=[(rima, ""), (noor, "with reporting by")])
    saved = publishing.save(first, first.number, {"headline": "Changed"}, None, NOW)
    assert saved.standfirst == first.standfirst
    assert list(saved.bylines.values_list("author", "role")) == [(rima.pk, ""), (noor.pk, "with reporting by")]


def test_author_named_twice_stands_once():
    rima, noor = author("Rima"), author("Noor")
    saved = draft(bylines=[(noor, ""), (rima, ""), (noor, "again")])
    assert list(saved.bylines.values_list("author", "position")) == [(noor.pk, 0), (rima.pk, 1)]


def test_save_over_a_newer_revision_is_refused_with_who_and_when():
    noor = writer("noor@example.org", name="Noor Haddad")
    first = draft()
    publishing.save(first, first.number, {"headline": "Noor's"}, noor, NOW)
    with pytest.raises(DraftConflict) as conflict:
        publishing.save(first, first.number, {"headline": "Mine"}, writer(), NOW + MINUTE)
    assert conflict.value.message.startswith("Noor Haddad saved this article at 22 November, 11:30")
    assert Draft.objects.get().headline == conflict.value.current.headline == "Noor's"
    assert Revision.objects.count() == 2


def test_restoring_adds_a_revision_and_brings_everything_back():
    rima, politics = author("Rima"), section()
    first = draft(bylines=[(rima, "in Tyre")], section=politics, embargo_until=NOW)
    changed = publishing.save(
        first, first.number, {"headline": "Other", "bylines": [], "section": None, "embargo_until": None}, None, NOW
    )
    original = Revision.objects.get(number=first.number)
    restored = publishing.restore(changed, changed.number, original, None, NOW)
    assert (restored.headline, restored.section, restored.embargo_until) == (first.headline, politics, NOW)
    assert list(restored.bylines.values_list("author", "role")) == [(rima.pk, "in Tyre")]
    assert restored.number == Revision.objects.count() == 3


def test_restoring_leaves_out_what_was_deleted_since():
    gone = author("Gone")
    first = draft(bylines=[(gone, "")])
    changed = publishing.save(first, first.number, {"bylines": []}, None, NOW)
    gone.delete()
    restored = publishing.restore(changed, changed.number, Revision.objects.get(number=1), None, NOW)
    assert list(restored.bylines.all()) == []


def test_automatic_saves_close_together_leave_few_revisions():
    person, current = writer(), draft()
    for second in range(8):
        current = publishing.save(
            current, current.number, {"body": f"<p>{second}</p>"}, person, NOW + second * MINUTE, is_automatic=True
        )
    assert list(Revision.objects.values_list("number", flat=True)) == [9, 6, 2, 1]


def test_automatic_save_never_removes_a_deliberate_one():
    person, current = writer(), draft()
    current = publishing.save(current, current.number, {"headline": "Meant"}, person, NOW)
    publishing.save(current, current.number, {"headline": "Typing"}, person, NOW, is_automatic=True)
    assert list(Revision.objects.values_list("number", flat=True)) == [3, 2, 1]


def test_two_savers_at_once_one_wins(committing):
    first = draft(format=news())
    together = Barrier(2)

    def save(headline: str) -> str:
        together.wait()
        try:
            return publishing.save(first, first.number, {"headline": headline}, None, NOW).headline
        except DraftConflict:
            return "conflict"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(save, ["one", "two"]))
    assert sorted(outcomes) in (["conflict", "one"], ["conflict", "two"])
    assert Draft.objects.get().headline in outcomes
    assert Revision.objects.count() == 2


def test_headline_loses_what_no_feed_can_carry():
    """A stray control character in one headline would take down every feed it is in."""
    assert draft("Harbour\x08 tariffs\x1f fall").headline == "Harbour tariffs fall"
