"""Mistyped words: what was meant is guessed from what everybody may read, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import publishing
from articles.models import Word
from articles.search import corrected
from articles.search.vocabulary import distance, trigrams
from memberships import clock
from tests.factories.articles import BREAK, make_article
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
WORDS = st.text("abcdş", max_size=7)


def mended(query: str, language: str = "en") -> str | None:
    return corrected(query, language, clock.now())


@pytest.mark.parametrize(
    ("language", "written", "typed", "meant"),
    [
        ("en", "Harbour tariffs fall", "harbuor", "harbour"),
        ("en", "Harbour tariffs fall", "tarifs", "tariffs"),
        ("en", "Mediterranean trade", "mediteranian", "mediterranean"),
        ("en", "They went home", "wemt", "went"),
        ("tr", "Çeşme limanı büyüyor", "cesmme", "çeşme"),
        ("tr", "Isparta’da ılık hava", "ispatra", "ısparta"),
        ("tr", "İstanbul seçimi", "istnabul", "istanbul"),
        ("ar", "الأردن يخفض الرسوم", "الاردم", "الأردن"),
        ("ar", "قُدرة المرفأ على العمل", "المرفا على العنل", "المرفا على العمل"),
    ],
)
def test_mistyped_word_is_taken_for_its_like(language, written, typed, meant):
    make_article(written, language=language)
    assert mended(typed, language) == meant


def test_only_the_mistyped_word_is_changed_and_the_rest_stays_as_typed():
    make_article("Harbour tariffs fall")
    assert mended('"Harbour tarrifs" OR fall -quay') == '"Harbour tariffs" OR fall -quay'


@pytest.mark.parametrize("typed", ["harbour", "harbours", "xx", "zzyzx", "the", "-harbuor", "12345", "", "“”"])
def test_what_is_right_or_nothing_like_anything_stays(typed):
    make_article("Harbour tariffs fall")
    assert mended(typed) is None


@pytest.mark.parametrize(("written", "typed"), [("حال الطقس", "الطاقة"), ("Cranes", "trains")])
def test_short_word_is_not_taken_for_another_one(written, typed):
    make_article(written)
    assert mended(typed) is None


def test_of_two_equally_near_the_more_frequent_is_taken():
    make_article("Part of it")
    for _number in range(3):
        make_article("Port authority")
    assert mended("pprt") == "port"


def test_slip_in_a_text_is_mended_once_its_like_is_much_more_frequent():
    make_article("Habrour")
    assert mended("habrour") is None
    for _number in range(5):
        make_article("Harbour")
    assert mended("habrour") == "harbour"


def test_page_shows_what_was_meant_and_says_so():
    make_article("Harbour tariffs fall")
    response = anonymous().get("/search/", {"q": "tarrifs"})
    assert [card.headline for card in response.context["results"]] == ["Harbour tariffs fall"]
    assert "Nothing was found for “tarrifs”. These are stories for “tariffs”." in response.content.decode()


def test_page_asks_whether_something_else_was_meant():
    make_article("Habrour of the north", section=None or make_article().section)
    for number in range(5):
        make_article(f"Harbour {number}")
    response = anonymous().get("/search/", {"q": "habrour", "pro": "none", "page": "1"})
    assert [card.headline for card in response.context["results"]] == ["Habrour of the north"]
    assert 'Did you mean <a href="?q=harbour&amp;pro=none">harbour</a>?' in response.content.decode()


def test_filters_hold_for_what_was_meant():
    make_article("Harbour tariffs fall")
    response = anonymous().get("/search/", {"q": "tarrifs", "pro": "only"})
    assert response.context["results"] == []
    assert "tariffs" not in response.content.decode()


@pytest.mark.parametrize("person", [anonymous, member])
def test_no_word_is_learnt_from_paid_text(person):
    make_article("Memo", kind="memo")
    words = set(Word.objects.values_list("word", flat=True))
    assert {"harbour", "lowered", "memo"} <= words
    assert words.isdisjoint({"ferryman", "keeps", "second", "ledger"})
    response = person().get("/search/", {"q": "ferrymann"})
    assert response.context["results"] == []
    assert "ferryman<" not in response.content.decode()


def test_word_that_became_paid_or_was_taken_back_is_not_suggested():
    paid = make_article("One", kind="memo", body=f"<p>The boatswain waits.</p>{BREAK}<p>More.</p>")
    rewritten = {"body": f"<p>Nobody waits.</p>{BREAK}<p>The boatswain.</p>"}
    publishing.save(paid.draft, paid.draft.number, rewritten, None, clock.now())
    publishing.publish(paid, None, clock.now())
    withdrawn = make_article("Zeppelin", body="<p>Airborne.</p>")
    publishing.unpublish(withdrawn, None, clock.now())
    assert Word.objects.filter(word__in=["boatswain", "zeppelin"]).count() == 2
    assert mended("boatswian") is None
    assert mended("zepelin") is None


def test_publishing_known_words_again_writes_nothing(django_assert_num_queries):
    make_article("Harbour")
    before = Word.objects.count()
    make_article("Harbour")
    assert Word.objects.count() == before


def test_numbers_and_endless_words_are_not_learnt():
    make_article("Port 2024", body=f"<p>{'a' * 25} {'b' * 24} ab</p>")
    words = set(Word.objects.values_list("word", flat=True))
    assert "b" * 24 in words
    assert not words & {"2024", "a" * 25, "ab"}


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("port", "port", 0),
        ("port", "ports", 1),
        ("port", "prot", 1),
        ("port", "part", 1),
        ("went", "wet", 1),
        ("", "ab", 2),
    ],
)
def test_mistakes_are_counted(one, other, mistakes):
    assert distance(one, other) == mistakes


@given(WORDS, WORDS)
def test_mistakes_are_the_same_both_ways_and_none_only_between_equals(one, other):
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


def test_groups_of_letters_have_edges():
    assert trigrams("port") == [" po", "ort", "por", "rt "]
