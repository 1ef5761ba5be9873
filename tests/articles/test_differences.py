"""What readers of a corrected story are told of its former text: never a word that is not everybody's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from articles import publishing
from articles.models import Article, Correction, FormerText
from memberships import clock
from tests.factories.articles import BREAK, make_article
from tests.factories.memberships import pro
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
FIRST = "<p>The tariff fell by thirty per cent.</p><p>Nobody at the port knew why.</p>"
MENDED = "<p>The tariff fell by three per cent.</p><p>Nobody at the port knew why.</p>"
PAID = "The ferryman keeps the second ledger."


def change(article: Article, *, correct: bool = True, after: timedelta = timedelta(0), **content: Any) -> None:
    """Publish a changed draft, and a correction with it."""
    at = clock.now() + after
    publishing.save(article.draft, article.draft.number, content, None, at)  # type: ignore[arg-type]
    article.draft.refresh_from_db()
    publishing.publish(article, None, at)
    if correct:
        publishing.correct(article, "It was three per cent.", None, at)


def changes(article: Article, browser=None) -> str:
    response = (browser or anonymous()).get(f"{article.get_absolute_url()}changes/")
    assert response.status_code == 200
    return re.sub(r'<span class="visually-hidden">[^<]*</span>', "", response.content.decode())


def words(html: str) -> list[str]:
    return [" ".join(text.split()) for text in re.findall(r'difference__words">(.*?)</p>', html, re.S)]


def test_paragraph_that_changed_is_shown_word_by_word_and_the_rest_is_not():
    article = make_article(body=FIRST)
    change(article, body=MENDED)
    assert words(changes(article)) == ["The tariff fell by <del>thirty</del><ins>three</ins> per cent."]


def test_headline_and_standfirst_are_compared_as_well():
    article = make_article("Tariffs fall by thirty", standfirst="By thirty per cent.", body=FIRST)
    change(article, headline="Tariffs fall by three", standfirst="By three per cent.")
    assert words(changes(article)) == [
        "Tariffs fall by <del>thirty</del><ins>three</ins>",
        "By <del>thirty</del><ins>three</ins> per cent.",
    ]


def test_every_change_stands_under_its_moment_the_last_first():
    article = make_article(body="<p>One pier.</p>")
    change(article, body="<p>Two piers.</p>")
    change(article, body="<p>Six piers.</p>", correct=False, after=timedelta(minutes=5))
    assert words(changes(article)) == [
        "<del>Two</del><ins>Six</ins> piers.",
        "<del>One</del><ins>Two</ins> <del>pier.</del><ins>piers.</ins>",
    ]


def test_story_leads_there_once_it_is_corrected_and_changed():
    article = make_article(body=FIRST)
    link = f'href="{article.get_absolute_url()}changes/"'
    publishing.correct(article, "It was three per cent.", None, clock.now())
    assert link not in anonymous().get(article.get_absolute_url()).content.decode()
    change(article, body=MENDED, correct=False)
    assert link in anonymous().get(article.get_absolute_url()).content.decode()


def test_update_without_a_correction_is_not_explained():
    article = make_article(body=FIRST)
    change(article, body=MENDED, correct=False)
    assert anonymous().get(f"{article.get_absolute_url()}changes/").status_code == 404


def test_desk_can_keep_the_former_words_back():
    article = make_article(body=FIRST)
    change(article, body=MENDED)
    Correction.objects.update(shows_difference=False)
    assert anonymous().get(f"{article.get_absolute_url()}changes/").status_code == 404
    assert "changes/" not in anonymous().get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize("withdraw", ["retract", "unpublish"])
def test_withdrawn_story_has_no_changes(withdraw):
    article = make_article(body=FIRST)
    change(article, body=MENDED)
    publishing.retract(article, "Wrong.", None, clock.now()) if withdraw == "retract" else publishing.unpublish(
        article, None, clock.now()
    )
    assert anonymous().get(f"{article.get_absolute_url()}changes/").status_code == 404


def test_of_a_closed_story_only_headline_and_standfirst_are_compared_even_for_members():
    article = make_article("Duqm is worth ten", kind="memo", body=f"<p>Open words.</p>{BREAK}<p>{PAID}</p>")
    change(article, headline="Duqm is worth six", body=f"<p>Open again.</p>{BREAK}<p>{PAID} Twice.</p>")
    for browser in (anonymous(), member()):
        html = changes(article, browser)
        assert words(html) == ["Duqm is worth <del>ten</del><ins>six</ins>"]
        assert "only the headline and the standfirst are compared" in html
        assert PAID not in html


@pytest.mark.parametrize("access", ["registered", "product"])
def test_text_that_was_free_and_is_closed_now_is_not_shown_any_more(access):
    memo = make_article(kind="memo", access="free", body=f"<p>Open words.</p><p>{PAID}</p>")
    change(memo, body=f"<p>Open words.</p><p>{PAID} Since May.</p>")
    assert PAID in changes(memo)
    change(memo, access=access, product=pro(), body=f"<p>Open words, mended.</p>{BREAK}<p>Rewritten.</p>")
    assert PAID not in changes(memo)
    assert words(changes(memo)) == []


def test_text_that_was_closed_once_is_not_compared_when_it_opens():
    memo = make_article(kind="memo", body=f"<p>Open words.</p>{BREAK}<p>{PAID}</p>")
    change(memo, access="free", body="<p>Open words for all.</p>")
    assert words(changes(memo)) == []
    assert PAID not in changes(memo)


def test_closed_text_leaves_no_word_behind_and_the_database_sees_to_it():
    memo = make_article(kind="memo", body=f"<p>Open words.</p>{BREAK}<p>{PAID}</p>")
    change(memo, headline="Another")
    former = FormerText.objects.get()
    assert (former.is_open, former.text_html) == (False, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerText.objects.filter(pk=former.pk).update(text_html="<p>x</p>")


def test_publishing_the_same_again_leaves_nothing_behind():
    article = make_article(body=FIRST)
    change(article, dateline="Beirut")
    assert not FormerText.objects.exists()


@pytest.mark.parametrize("count", [1, 5])
def test_page_asks_the_same_few_questions(count, django_assert_num_queries):
    article = make_article(body=FIRST)
    for number in range(count):
        change(article, body=f"<p>{number}</p>", after=timedelta(minutes=number))
    browser = anonymous()
    browser.get("/")
    with django_assert_num_queries(4):
        browser.get(f"{article.get_absolute_url()}changes/")
