"""Search: what everybody may read is found, however it is spelt; what is paid for is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.models import Article, Word
from articles.snippets import fold, snippet
from memberships import clock
from tests.factories.articles import OPENING, SECRET, author, country, make_article, section, topic
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


def test_author_narrows_by_name_or_address():
    make_article("One", bylines=[(author("Rima Daouk"), "")])
    make_article("Two", bylines=[(author("Selim Özkan"), "")])
    assert found("harbour", author="rima-daouk") == ["One"]
    assert found("harbour", author="ozkan") == ["Two"]
    assert found("harbour", author="sel öz") == ["Two"]


def test_author_nobody_knows_is_named():
    make_article("One")
    html = anonymous().get("/search/", {"q": "harbour", "author": "Nobody"}).content.decode()
    assert "Nobody of that name writes here." in html
    assert "Nothing was searched" in html


def test_dates_narrow_and_both_days_count():
    make_article("Old", at=datetime(2019, 5, 4, 12, tzinfo=UTC))
    make_article("Later", at=datetime(2019, 6, 1, 12, tzinfo=UTC))
    make_article("New")
    assert found("harbour", since="2019-05-04", until="2019-05-04") == ["Old"]
    assert found("harbour", since="2019-05-05") == ["New", "Later"]
    assert found("harbour", until="2019-06-01") == ["Later", "Old"]
    assert found("harbour", since="1990-01-01", until="2019-05-03") == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"since": "0001-01-01"}, "Ensure this value is greater than"),
        ({"until": "9999-12-31"}, "Ensure this value is less than"),
        ({"since": "2020-02-02", "until": "2020-02-01"}, "The last day lies before the first."),
    ],
)
def test_days_that_make_no_sense_are_named(days, said):
    make_article("One")
    html = anonymous().get("/search/", {"q": "harbour", **days}).content.decode()
    assert said in html
    assert "Nothing was searched" in html


@pytest.mark.parametrize("page", ["0", "-1", "999999", "9" * 5000, "abc", "1.5", "", "１"])
def test_absurd_page_numbers_show_a_page(page):
    make_article("Cranes")
    assert [card.headline for card in anonymous().get("/search/", {"q": "cranes", "page": page}).context["results"]]


def test_null_is_refused_and_other_control_characters_are_blanks():
    make_article("Cranes of the port")
    assert anonymous().get("/search/", {"q": "cra\x00nes"}).status_code == 400
    assert anonymous().get("/search/", {"q": "cranes", "author": "\x00"}).status_code == 400
    response = anonymous().get("/search/", {"q": "\x01cranes\x1b\u202eport\x7f"})
    assert response.context["text"] == "cranes port"
    assert [card.headline for card in response.context["results"]] == ["Cranes of the port"]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("en", "“Harbour” and ‘quay’—now…", "harbour quay now"),
        ("en", "Lebanon’s ports", "lebanon"),
        ("ar", "الأردن، ومصر؛ ماذا بعد؟", "الاردن بعد"),
        ("ar", "«المرفأ» في ٢٠٢٤", "المرفأ 2024"),
        ("tr", "Türkiye’nin limanı", "türkiye"),
    ],
)
def test_signs_that_are_no_letters_do_not_hide_a_word(language, written, typed):
    """The parser of a server in the C locale takes every sign beyond ASCII for a letter."""
    make_article(written, language=language)
    assert found(typed) == [written]


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
    assert "There is no such thing here. Choose one from the list." in html
    assert "Nothing was searched" in html
    assert "results" not in response.context
    assert 'href="?q=harbour"' in html


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
    assert "Ask with at most 200 characters; these are 11999." in response.content.decode()


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
    assert {row["text"] for row in suggest("harb")} == {"Harbour tariffs fall", "Harbourside talks"}
    assert [row["text"] for row in suggest("tar harb")] == ["Harbour tariffs fall"]
    assert suggest("cran") == []
    assert suggest("h") == []


def suggest(query: str) -> list[dict[str, str]]:
    return anonymous().get("/search/suggest/", {"q": query}).json()["suggestions"]


def test_suggestions_name_what_stories_are_filed_under():
    topic("Ports", name_ar="الموانئ")
    make_article("Portugal buys cranes", section=section("Politics"))
    assert suggest("port") == [
        {"text": "Ports", "url": "/topics/ports/", "label": "Topic"},
        {"text": "Portugal buys cranes", "url": Article.objects.get().get_absolute_url(), "label": ""},
    ]
    response = anonymous().get("/search/suggest/", {"q": "الموانى", "language": "ar"})
    assert response.json()["suggestions"][0]["url"] == "/topics/ports/?language=ar"


def test_suggestions_may_be_kept_a_minute():
    response = anonymous().get("/search/suggest/", {"q": "port"})
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.get("Vary", "")


def test_suggesting_asks_few_questions(django_assert_num_queries):
    make_article("Harbour tariffs fall")
    with django_assert_num_queries(5):
        suggest("harb")


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


@pytest.mark.parametrize("count", [3, 12])
def test_search_asks_the_same_few_questions(count, django_assert_num_queries):
    for _number in range(count):
        make_article("Cranes", body=text(OPENING))
    browser = anonymous()
    # Three lists to choose from, the query, two looks back in time, the ranks, the cards in two, the masthead.
    with django_assert_num_queries(10):
        browser.get("/search/", {"q": "cranes"})


def test_looking_for_a_mistyped_word_asks_a_few_more(django_assert_num_queries):
    make_article("Harbour cranes")
    browser = anonymous()
    with django_assert_num_queries(21):
        browser.get("/search/", {"q": "harbuor"})


def test_words_are_marked_in_the_headline_too():
    make_article("Cranes & <barges>")
    html = anonymous().get("/search/", {"q": "crane"}).content.decode()
    assert "<mark>Cranes</mark> &amp; &lt;barges&gt;</a>" in html


def test_more_than_can_be_ranked_is_said(monkeypatch):
    monkeypatch.setattr("articles.search.finding.MOST_RESULTS", 2)
    for days in (400, 30, 1):
        make_article(f"Cranes {days}", at=clock.now() - timedelta(days=days))
    response = anonymous().get("/search/", {"q": "cranes"})
    assert [card.headline for card in response.context["results"]] == ["Cranes 1", "Cranes 30"]
    assert "The newest 2 stories for “cranes”. Narrow the dates for older ones." in response.content.decode()


def test_index_can_be_written_anew():
    article = make_article("Cranes", kind="memo")
    Article.objects.update(search_vector=None)
    Word.objects.all().delete()
    call_command("index_articles", stdout=StringIO())
    assert found("cranes", section=article.section.slug) == ["Cranes"]
    assert Word.objects.filter(word="cranes").exists()
    assert found("ferryman") == []


# Letters, marks, signs of the query language, and whatever else a keyboard or a program sends.
_ANYTHING = st.text(st.one_of(st.sampled_from("\"-:*&|!<>()\\'% ’ıİßأء،"), st.characters(exclude_characters="\x00")))


@given(query=_ANYTHING | st.text(st.characters(exclude_characters="\x00"), min_size=150, max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered_and_none_shows_a_paid_word(a_memo, query):
    asked = query.encode("utf-8", "replace").decode()
    response = anonymous().get("/search/", {"q": asked})
    assert response.status_code == 200
    assert "second ledger" not in response.content.decode().replace(asked, "")
    assert anonymous().get("/search/suggest/", {"q": asked}).status_code == 200


@pytest.fixture
def a_memo():
    return make_article("Memo on the strait", kind="memo")
