"""The read API: what is closed on the page is closed here, and every refusal is a problem document."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import yaml
from drf_spectacular.validation import validate_schema

from memberships import clock
from tests.articles.media import files
from tests.factories.articles import OPENING, SECRET, author, country, make_article, make_event, section, series, topic
from tests.people import anonymous, editor, lapsed, member, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
ARTICLES = "/api/v1/articles/"


def get(path: str, browser=None):
    return (browser or anonymous()).get(path)


def headlines(path: str) -> list[str]:
    response = get(path)
    assert response.status_code == 200, response.content
    return [row["headline"] for row in response.json()["results"]]


def problem(response) -> dict:
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert document["status"] == response.status_code
    assert document["detail"]
    return document


def test_list_shows_published_articles_the_newest_first():
    at = clock.now()
    make_article("Old", at=at - timedelta(days=2))
    make_article("New", at=at - timedelta(days=1))
    make_article("Tomorrow", at=at + timedelta(days=1))
    assert headlines(ARTICLES) == ["New", "Old"]


def test_list_says_what_a_card_says_and_never_the_text():
    article = make_article("Tariffs", kind="memo", series=series(), country=country(), dateline="Beirut")
    response = get(ARTICLES)
    (row,) = response.json()["results"]
    assert row["id"] == str(article.public_id)
    assert row["url"].endswith(article.get_absolute_url())
    assert (row["format"], row["section"], row["country"], row["series"]) == (
        "memo",
        "politics",
        "lebanon",
        "lebanon-pulse",
    )
    assert row["bylines"] == [{"slug": "rima-daouk", "name": "Rima Daouk", "role": ""}]
    assert row["access"] == "product"
    assert OPENING not in response.content.decode()
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("language=ar", ["Arabic"]),
        ("section=business", ["Business"]),
        ("country=egypt", ["Egypt"]),
        ("series=gulf-pulse", ["Gulf"]),
        ("format=memo", ["Memo"]),
        ("topic=water", ["Water"]),
        ("author=noor", ["Noor's"]),
        ("section=business&topic=water", []),
        ("section=no-such", []),
    ],
)
def test_filters_narrow(query, wanted):
    make_article("Arabic", language="ar")
    make_article("Business", section=section("Business"))
    make_article("Egypt", country=country("Egypt", "EG"))
    make_article("Gulf", series=series("Gulf Pulse"))
    make_article("Memo", kind="memo")
    make_article("Water", topics=[topic("Water"), topic("Dams")])
    make_article("Noor's", bylines=[(author("Noor"), ""), (author("Rima"), "")])
    assert headlines(f"{ARTICLES}?{query}") == wanted


def test_unknown_filter_is_refused_with_the_known_ones():
    document = problem(get(f"{ARTICLES}?sektion=business"))
    assert document["status"] == 400
    assert document["code"] == "invalid"
    assert document["errors"]["sektion"] == [
        "There is no filter sektion. There are: language, section, country, series, format, topic, author."
    ]


def test_paging_neither_skips_nor_doubles_while_something_is_published():
    at = clock.now()
    for number in range(5):
        make_article(f"Story {number}", at=at - timedelta(hours=number + 1))
    first = get(f"{ARTICLES}?limit=2").json()
    make_article("Just out", at=at)
    parts = urlsplit(first["next"])
    second = get(f"{parts.path}?{parts.query}").json()
    assert [row["headline"] for row in first["results"] + second["results"]] == [f"Story {n}" for n in range(4)]


def test_cursor_that_is_none_is_refused():
    assert problem(get(f"{ARTICLES}?cursor=nonsense"))["status"] == 404


@pytest.mark.parametrize(("limit", "count"), [("0", 3), ("many", 3), ("-5", 3), ("2", 2), ("100000", 3)])
def test_limit_that_makes_no_sense_is_the_usual_one(limit, count):
    for _number in range(3):
        make_article()
    assert len(headlines(f"{ARTICLES}?limit={limit}")) == count


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_closed_text_is_cut_for_whoever_does_not_hold_it(person):
    article = make_article(kind="memo")
    response = get(f"{ARTICLES}{article.public_id}/", person())
    assert response.json()["html"] == f"<p>{OPENING}</p>"
    assert response.json()["is_complete"] is False
    assert SECRET not in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("person", [member, editor])
def test_closed_text_is_complete_for_members_and_staff(person):
    article = make_article(kind="memo")
    row = get(f"{ARTICLES}{article.public_id}/", person()).json()
    assert SECRET in row["html"]
    assert row["is_complete"] is True


def test_free_text_is_complete_for_everybody():
    article = make_article()
    row = get(f"{ARTICLES}{article.public_id}/?text=complete").json()
    assert SECRET in row["html"]
    assert row["is_complete"] is True


@pytest.mark.parametrize(("person", "code"), [(anonymous, "needs_subscription"), (lapsed, "needs_subscription")])
def test_complete_or_nothing_is_refused_with_the_reason(person, code):
    article = make_article(kind="memo")
    response = get(f"{ARTICLES}{article.public_id}/?text=complete", person())
    document = problem(response)
    assert (document["status"], document["title"], document["code"]) == (403, "Forbidden", code)
    assert SECRET not in response.content.decode()


def test_text_for_registered_readers_asks_for_a_sign_in():
    article = make_article(access="registered")
    path = f"{ARTICLES}{article.public_id}/?text=complete"
    document = problem(get(path))
    assert (document["code"], document["detail"]) == (
        "needs_login",
        "The rest of this article is for registered readers.",
    )
    assert SECRET in get(path, reader()).json()["html"]


@pytest.mark.parametrize("path", [f"{ARTICLES}00000000-0000-0000-0000-000000000000/", f"{ARTICLES}not-an-id/"])
def test_article_that_is_not_there_is_not_found(path):
    document = problem(get(path))
    assert document["code"] == "not_found"
    assert "see errors" not in document["detail"]


def test_article_to_come_is_not_found():
    article = make_article(at=clock.now() + timedelta(hours=1))
    assert get(f"{ARTICLES}{article.public_id}/").status_code == 404


def test_nothing_can_be_written():
    response = member().post(ARTICLES, {"headline": "Mine"}, content_type="application/json")
    document = problem(response)
    assert (document["status"], response["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_too_many_requests_are_told_when_to_come_back(settings):
    browser = anonymous()
    for _number in range(120):
        browser.get("/api/v1/vocabulary/")
    response = browser.get("/api/v1/vocabulary/")
    assert problem(response)["status"] == 429
    assert 0 < int(response["Retry-After"]) <= 60


def test_forged_forwarding_header_does_not_lift_the_limit():
    browser = anonymous()
    for number in range(121):
        response = browser.get("/api/v1/vocabulary/", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert response.status_code == 429


@pytest.mark.parametrize("name", ["sections", "topics", "countries", "series", "authors", "newsletters", "events"])
def test_every_list_answers(name):
    make_article(topics=[topic()], country=country(), series=series())
    make_event()
    body = get(f"/api/v1/{name}/").json()
    assert set(body) == {"next", "previous", "results"}
    assert name == "newsletters" or body["results"][0]["slug"]


def test_hidden_event_is_not_listed():
    make_event(is_published=False)
    assert get("/api/v1/events/").json()["results"] == []


def test_stream_of_an_event_is_not_told():
    make_event(stream_url="https://stream.example/room")
    assert "stream.example" not in get("/api/v1/events/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_list_asks_the_same_few_questions(count, django_assert_num_queries):
    for number in range(count):
        make_article(bylines=[(author(f"Author {number}"), "")], topics=[topic()], country=country(), series=series())
    browser = anonymous()
    with django_assert_num_queries(2):
        assert len(browser.get(ARTICLES).json()["results"]) == count


def test_schema_is_valid_and_describes_what_is_there():
    schema = yaml.safe_load(get("/api/schema/").content)
    validate_schema(schema)
    paths = schema["paths"]
    assert "/api/v1/articles/" in paths
    names = {parameter["name"] for parameter in paths["/api/v1/articles/"]["get"]["parameters"]}
    assert {"language", "section", "topic", "author", "cursor", "limit"} <= names
    assert "text" in {parameter["name"] for parameter in paths["/api/v1/articles/{public_id}/"]["get"]["parameters"]}


def test_docs_load_nothing_foreign():
    response = get("/api/docs/")
    html = response.content.decode()
    assert response.status_code == 200
    assert "swagger-ui" in html
    assert "//cdn" not in html
    assert 'src="http' not in html
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_recording_is_told_of_and_found_where_it_is_free(settings, tmp_path, django_assert_max_num_queries):
    settings.MEDIA_ROOT = tmp_path / "media"
    free, paid = make_article(recording=files.sound()), make_article(kind="memo", recording=files.moving())
    make_article()
    with django_assert_max_num_queries(3):
        rows = {row["id"]: row["recording"] for row in get(ARTICLES).json()["results"]}
    told = {"kind": "audio", "title": "The podcast", "credit": "Sound: Rania", "seconds": 3, "media_type": "audio/mpeg"}
    assert rows[str(free.public_id)] == told | {"url": f"http://127.0.0.1:8000{free.get_absolute_url()}recording.mp3"}
    assert (rows[str(paid.public_id)]["kind"], rows[str(paid.public_id)]["url"]) == ("video", None)
    assert list(rows.values()).count(None) == 1
    assert get(f"{ARTICLES}{paid.public_id}/", member()).json()["recording"]["url"] is None
