"""Search: what everybody may read is found, however it is spelt; what is paid for is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from articles import publishing
from articles.snippets import fold, snippet
from memberships import clock
from tests.factories.articles import OPENING, SECRET, country, make_article, section
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db


def found(query: str, **filters: str) -> list[str]:
    """The headlines a search finds, the best first."""
    response = anonymous().get("/search/", {"q": query, **filters})
    assert response.status_code == 200
    return [card.headline for card in response.context["results"]]


def text(words: str) -> str:
    return f"<p>{words}</p>"


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("tr", "Çeşme limanı büyüyor", "Cesme"),
        ("tr", "Çeşme limanı büyüyor", "ÇEŞME LİMANI"),
        ("tr", "Isparta'da ılık hava", "ısparta ILIK"),
        ("tr", "İstanbul seçimi", "istanbul secimi"),
        ("ar", "الأردن يخفض الرسوم", "الاردن"),
        ("ar", "آمال في إيران", "ايران"),
        ("ar", "مدرسة جديدة", "مدرسه"),
        ("ar", "قُدرَة المرفأ", "قدرة"),
        ("ar", "مستشفى عمّان", "مستشفي"),
        ("en", "Ports’ tariffs are falling", "port tariff fall"),
        ("en", "Łódź and Málaga trade", "lodz malaga"),
    ],
)
def test_spelling_does_not_matter(language, written, typed):
    make_article(written, language=language)
    assert found(typed) == [written]


def test_words_in_standfirst_and_text_are_found_too():
    make_article("One", standfirst="About cranes.")
    make_article("Two", body=text("A crane fell."))
    assert set(found("crane")) == {"One", "Two"}


def test_headline_counts_more_than_text():
    make_article("Ports", body=text("Something about cranes, and more words of no matter here."))
    make_article("Cranes", body=text("Something else."))
    assert found("cranes") == ["Cranes", "Ports"]


def test_new_counts_more_than_old():
    make_article("Cranes then", at=clock.now() - timedelta(days=3000))
    make_article("Cranes now")
    assert found("cranes") == ["Cranes now", "Cranes then"]


def test_phrase_must_stand_as_typed():
    make_article("One", body=text("The port authority said so."))
    make_article("Two", body=text("The authority closed the port."))
    assert found('"port authority"') == ["One"]
    assert set(found("port authority")) == {"One", "Two"}


def test_minus_leaves_out_in_every_form_of_the_word():
    make_article("One", body=text("The port and its shipping."))
    make_article("Two", body=text("The port and its cranes."))
    assert found("port -shipping") == ["Two"]
    assert found("port -ship") == ["Two"]


def test_or_takes_either():
    make_article("One", body=text("Cranes."))
    make_article("Two", body=text("Barges."))
    assert set(found("cranes or barges")) == {"One", "Two"}


def test_filters_narrow():
    make_article("One", section=section("Business"), country=country("Egypt", "EG"))
    make_article("Two", kind="memo")
    make_article("Üç harbour", language="tr")
    assert found("harbour", section="business") == ["One"]
    assert found("harbour", country="egypt") == ["One"]
    assert found("harbour", format="memo") == ["Two"]
    assert found("harbour", text_language="tr") == ["Üç harbour"]
    assert found("harbour", pro="only") == ["Two"]
    assert "Two" not in found("harbour", pro="none")


def test_page_stays_in_its_language_while_one_searches():
    make_article("Harbour")
    response = anonymous().get("/search/", {"q": "harbour", "language": "ar"})
    assert response["Content-Language"] == "ar"
    assert '<input type="hidden" name="language" value="ar">' in response.content.decode()
    assert [card.headline for card in response.context["results"]] == ["Harbour"]


def test_filter_that_does_not_exist_is_named():
    make_article("One")
    response = anonymous().get("/search/", {"q": "harbour", "section": "no-such"})
    html = response.content.decode()
    assert "One thing to mend before this can go on" in html
    assert "Select a valid choice." in html


@pytest.mark.parametrize("person", [anonymous, member])
def test_paid_sentence_finds_nothing(person):
    make_article("Memo", kind="memo")
    for query in (SECRET, f'"{SECRET}"', "ferryman", "ledger", "second ledger"):
        response = person().get("/search/", {"q": query})
        assert response.context["results"] == []
        assert person().get("/search/suggest/", {"q": query}).json() == {"suggestions": []}
    assert found("lowered what it asks") == ["Memo"]


def test_text_taken_off_the_site_is_not_found():
    article = make_article("Cranes")
    publishing.unpublish(article, None, clock.now())
    assert found("cranes") == []


def test_text_to_come_is_not_found():
    make_article("Cranes", at=clock.now() + timedelta(minutes=5))
    assert found("cranes") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "the",
        "-",
        '"',
        '"""',
        "a & b | !c <-> :*",
        "'; DROP TABLE articles_article; --",
        "\\",
        "%",
        "ﷺ",
        "½ ² ①",
        "😀",
        "\u202e\u200f",
        "x " * 99,
        "-" * 200,
        "- " * 100,
        "－" * 200,
        '-"' * 100,
        "(" * 200,
    ],
)
def test_odd_input_is_answered(query):
    make_article()
    assert anonymous().get("/search/", {"q": query}).status_code == 200
    assert anonymous().get("/search/suggest/", {"q": query}).status_code == 200


def test_very_long_input_is_explained():
    response = anonymous().get("/search/", {"q": "crane " * 2000})
    assert response.status_code == 200
    assert "Ensure this value has at most 200 characters" in response.content.decode()


def test_snippet_shows_where_it_was_found_with_the_words_marked():
    make_article("One", body=text(f"{'Nothing here yet. ' * 40} Then the tariffs of Çeşme fell. {'And more. ' * 40}"))
    html = anonymous().get("/search/", {"q": "cesme tariff"}).content.decode()
    assert "Then the <mark>tariffs</mark> of <mark>Çeşme</mark> fell." in html


def test_snippet_is_escaped():
    make_article(
        "One", standfirst="<script>alert(1)</script> cranes & “barges”", body=text("&lt;b&gt;cranes&lt;/b&gt;")
    )
    html = anonymous().get("/search/", {"q": "cranes"}).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>cranes</mark> &amp; “barges”" in html
    assert "&lt;b&gt;<mark>cranes</mark>&lt;/b&gt;" in html


def test_query_is_escaped_where_it_is_shown_again():
    html = anonymous().get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert(1)" not in html


def test_suggestions_are_headlines_that_begin_so():
    make_article("Harbour tariffs fall", body=text("Cranes."))
    make_article("Harbourside talks")
    assert {row["headline"] for row in suggest("harb")} == {"Harbour tariffs fall", "Harbourside talks"}
    assert [row["headline"] for row in suggest("tar harb")] == ["Harbour tariffs fall"]
    assert suggest("cran") == []


def suggest(query: str) -> list[dict[str, str]]:
    return anonymous().get("/search/suggest/", {"q": query}).json()["suggestions"]


def test_pages_of_results_keep_what_was_asked():
    for number in range(17):
        make_article(f"Cranes {number}")
    html = anonymous().get("/search/", {"q": "cranes", "pro": "none"}).content.decode()
    assert "17 stories for “cranes”" in html
    assert 'href="?q=cranes&amp;pro=none&amp;page=2"' in html
    assert len(anonymous().get("/search/", {"q": "cranes", "page": "2"}).context["results"]) == 2


def test_nothing_found_says_what_to_try():
    assert "Try fewer or other words" in anonymous().get("/search/", {"q": "zeppelin"}).content.decode()


@pytest.mark.parametrize("words", ["Çeşme", "İSTANBUL ısı", "إيران قُدرة", "ŁÓDŹ Øre", "ﬁn", "Ünïcödé ß"])
def test_snippets_fold_as_the_database_does(words):
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_fold(%s)", [words])
        assert cursor.fetchone()[0] == fold(words)


def test_words_left_out_are_not_marked():
    assert "<mark>" not in snippet("The port and its shipping", '-port -"its shipping"')


@pytest.mark.parametrize("count", [1, 15])
def test_search_asks_the_same_few_questions(count, django_assert_num_queries):
    for _number in range(count):
        make_article("Cranes", body=text(OPENING))
    browser = anonymous()
    with django_assert_num_queries(8):
        browser.get("/search/", {"q": "cranes"})
