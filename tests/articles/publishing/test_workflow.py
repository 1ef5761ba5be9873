from __future__ import annotations

import pytest

from articles import publishing
from articles.models import Article, Correction
from articles.publishing import PublishingError
from memberships.models import AuditEntry
from tests.articles.builders import MINUTE, NOW, draft, published, writer

pytestmark = pytest.mark.django_db
State = Article.State


def state_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).state


def test_text_goes_the_way_of_the_desk():
    article = draft().article
    seen = []
    for step in (publishing.submit, publishing.take_up, publishing.mark_ready, publishing.send_back):
        step(article, writer(), NOW)
        seen.append(state_of(article))
    assert seen == [State.SUBMITTED, State.IN_EDIT, State.READY, State.DRAFT]
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        f"article.{state}" for state in seen
    ]


def test_second_of_two_editors_is_told_where_it_stands():
    article = draft().article
    stale = Article.objects.get(pk=article.pk)
    publishing.take_up(article, None, NOW)
    with pytest.raises(PublishingError, match="in the state “in edit”"):
        publishing.submit(stale, None, NOW)
    assert state_of(article) == State.IN_EDIT


def test_published_text_is_not_submitted_again():
    with pytest.raises(PublishingError, match="published already"):
        publishing.submit(published(), None, NOW)


def test_correction_stands_on_the_article():
    live, person = published(), writer()
    publishing.correct(live, "  It is six piers, not five. ", person, NOW + MINUTE)
    correction = Correction.objects.get()
    assert (correction.article, correction.text, correction.corrected_at) == (
        live,
        "It is six piers, not five.",
        NOW + MINUTE,
    )
    assert state_of(live) == State.PUBLISHED


@pytest.mark.parametrize("act", [publishing.correct, publishing.retract])
def test_correction_and_retraction_need_words(act):
    live = published()
    with pytest.raises(PublishingError):
        act(live, "  ", None, NOW)
    assert (state_of(live), Correction.objects.count()) == (State.PUBLISHED, 0)


@pytest.mark.parametrize("act", [publishing.correct, publishing.retract])
def test_only_what_readers_see_can_be_corrected_or_retracted(act):
    with pytest.raises(PublishingError, match="Only a published article"):
        act(draft().article, "Because.", None, NOW)


def test_retraction_is_for_good():
    live = published()
    publishing.retract(live, "The ledger was forged.", None, NOW + MINUTE)
    live.refresh_from_db()
    assert (live.state, live.retraction_note, live.retracted_at) == (
        State.RETRACTED,
        "The ledger was forged.",
        NOW + MINUTE,
    )
    with pytest.raises(PublishingError, match="was retracted"):
        publishing.publish(live, None, NOW + 2 * MINUTE)


def test_unpublished_text_comes_back_under_its_address():
    live = published()
    publishing.unpublish(live, None, NOW + MINUTE)
    assert not Article.objects.published(NOW + MINUTE).exists()
    again = publishing.publish(live, None, NOW + 2 * MINUTE)
    assert (again.get_absolute_url(), again.first_published_at) == (live.get_absolute_url(), NOW)
