"""The log of readings: noted without a query, written once, kept for thirty days, and of people who are still here."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as ServerGone

from articles import reading_log
from articles.models import Article, NotedReading
from articles.reading_log import keys, noting, waiting
from articles.tasks import forget_noted_readings, write_readings
from memberships import clock, valkey
from memberships.metering import tickets
from memberships.models import User
from tests.factories.articles import make_article
from tests.factories.memberships import make_reader, make_staff
from tests.people import Browser, anonymous, reader

NOBODYS = "826814f9-b980-4d5d-9f91-52d37ead13f0"
pytestmark = pytest.mark.django_db
PAGE = "/account/here.json"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch):
    """A stream of this test's own, and a circuit that no earlier test has opened."""
    monkeypatch.setattr(waiting._stream, "_circuit", valkey.Circuit(waiting.log, "Readings are not noted"))
    connection = valkey.connect()
    connection.delete(waiting._stream.key)
    yield
    connection.delete(waiting._stream.key)


def open_story(browser: Browser, story: object, agent: str = "Firefox", **sent: str) -> None:
    response = browser.get(PAGE, {"story": str(story), **sent}, headers={"user-agent": agent})
    assert response.status_code == 200


def written() -> list[NotedReading]:
    write_readings()
    return list(NotedReading.objects.order_by("id"))


def test_stranger_is_noted_without_a_query(django_assert_num_queries):
    article, browser = make_article(), anonymous()
    open_story(browser, article.public_id)
    with django_assert_num_queries(0):
        open_story(browser, article.public_id, referrer="News.Example.org", campaign="autumn")
    first, second = written()
    assert (first.article, first.user, first.visitor) == (article, None, second.visitor)
    assert (second.referrer, second.campaign, second.country) == ("news.example.org", "autumn", "")
    assert len(first.visitor) == 32


def test_somebody_signed_in_is_noted_by_their_account_alone(django_assert_num_queries):
    article, browser = make_article(), reader()
    browser.get(PAGE)
    with django_assert_num_queries(4):
        browser.get(PAGE, {"story": str(article.public_id)})
    (noted,) = written()
    assert (noted.user, noted.visitor) == (browser.user, "")


def test_a_portion_is_written_in_the_same_few_statements(django_assert_num_queries):
    article, browser = make_article(), reader()
    for _number in range(3):
        open_story(browser, article.public_id)
        open_story(anonymous(), article.public_id)
    with django_assert_num_queries(5):  # a savepoint, texts, accounts, the insert, and its release
        assert reading_log.drain(clock.now()) == 6
    with django_assert_num_queries(0):
        assert reading_log.drain(clock.now()) == 0


def test_ticket_of_a_meter_is_the_pseudonym_and_does_not_stand_in_it():
    article, metered, browser = make_article(), make_article(access="metered"), anonymous()
    browser.get(metered.get_absolute_url(), headers={"user-agent": "ticket"})
    number = tickets.read(browser.cookies[tickets.COOKIE].value, clock.now().date().replace(day=1)).number
    open_story(browser, article.public_id, agent="one")
    open_story(browser, article.public_id, agent="two", REMOTE_ADDR="198.51.100.9")
    first, second = written()
    assert first.visitor == second.visitor
    assert number not in first.visitor


def test_without_a_ticket_the_connection_is_the_pseudonym_for_a_day():
    factory = RequestFactory()
    one = factory.get(PAGE, headers={"user-agent": "day"})
    other = factory.get(PAGE, headers={"user-agent": "another"})
    today, again = noting.pseudonym_of(one, NOW), noting.pseudonym_of(one, NOW + timedelta(hours=3))
    assert today == again
    assert len({today, noting.pseudonym_of(one, NOW + timedelta(days=1)), noting.pseudonym_of(other, NOW)}) == 3


def test_browser_that_asks_not_to_be_followed_is_not():
    article = make_article()
    for header in ("Sec-GPC", "DNT"):
        anonymous().get(PAGE, {"story": str(article.public_id)}, headers={header: "1"})
        reader().get(PAGE, {"story": str(article.public_id)}, headers={header: "1"})
    assert written() == []


def test_head_and_pages_without_a_story_note_nothing():
    article = make_article()
    anonymous().head(PAGE, {"story": str(article.public_id)})
    anonymous().get(PAGE)
    assert written() == []


@pytest.mark.parametrize("story", ["", "nobody", "0" * 10_000, "٣" * 32, NOBODYS, "story:1"])
def test_story_that_is_none_is_ignored(story):
    open_story(anonymous(), story)
    open_story(reader(), story)
    assert written() == []


def test_story_that_is_not_out_is_ignored():
    article = make_article()
    Article.objects.filter(pk=article.pk).update(first_published_at=clock.now() + timedelta(days=1))
    open_story(anonymous(), article.public_id)
    assert written() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"referrer": "x" * 10_000}, ("", "")),
        ({"campaign": "x" * 10_000}, ("", "")),
        ({"referrer": "a b", "campaign": "line\nbreak"}, ("", "")),
        ({"referrer": "\u202egro.elpmaxe", "campaign": "\u202e"}, ("", "")),
        ({"referrer": "127.0.0.1"}, ("", "")),
        ({"referrer": "www.Example.org", "campaign": " spring "}, ("example.org", "spring")),
        ({"referrer": "<script>", "campaign": "’; --"}, ("", "’; --")),
        ({"referrer": "xn--4gbrim.example"}, ("xn--4gbrim.example", "")),
    ],
)
def test_what_is_no_host_and_no_campaign_is_left_out(sent, kept):
    open_story(anonymous(), make_article().public_id, **sent)
    (noted,) = written()
    assert (noted.referrer, noted.campaign) == kept


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.text(max_size=60), referrer=st.text(max_size=120), campaign=st.text(max_size=120))
def test_whatever_is_sent_the_answer_stands(story, referrer, campaign):
    sent = {"story": story, "referrer": referrer, "campaign": campaign}
    response = anonymous().get(PAGE, {key: text.encode("utf-8", "surrogatepass") for key, text in sent.items()})
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert "\x00" in story + referrer + campaign


def test_task_that_dies_before_it_tidies_up_doubles_nothing(monkeypatch):
    open_story(anonymous(), make_article().public_id)
    with monkeypatch.context() as meanwhile:

        def die(*_args, **_options):
            raise KeyboardInterrupt

        meanwhile.setattr(Redis, "xtrim", die)
        with pytest.raises(KeyboardInterrupt):
            reading_log.drain(clock.now())
    assert NotedReading.objects.count() == 1
    assert reading_log.drain(clock.now()) == 1
    assert NotedReading.objects.count() == 1
    assert reading_log.drain(clock.now()) == 0


def test_task_that_dies_while_it_writes_loses_nothing(monkeypatch):
    open_story(anonymous(), make_article().public_id)
    with monkeypatch.context() as meanwhile:

        def die(*_args, **_options):
            raise KeyboardInterrupt

        meanwhile.setattr(type(NotedReading.objects.all()), "bulk_create", die)
        with pytest.raises(KeyboardInterrupt):
            reading_log.drain(clock.now())
    assert len(written()) == 1


def test_two_tasks_at_once_lose_nothing_that_came_meanwhile():
    """Both have read the same portion; while the first tidies up, another reading comes."""
    article = make_article()
    open_story(anonymous(), article.public_id)
    first, second = waiting.oldest(100), waiting.oldest(100)
    waiting.remove(first)
    open_story(anonymous(), article.public_id)
    waiting.remove(second)
    assert len(written()) == 1


def test_note_of_another_release_is_passed_over():
    article = make_article()
    for data in (b"", b"[]", b"{}", b'["x"]', b"\xff", b'[1, 2, 3, 4, 5, "a", "b", "c"]'):
        valkey.connect().xadd(waiting._stream.key, {b"note": data})
    valkey.connect().xadd(waiting._stream.key, {b"other": b""})
    open_story(anonymous(), article.public_id)
    assert len(written()) == 1
    assert reading_log.drain(clock.now()) == 0


def test_without_the_cache_server_pages_go_on_and_wait_once(monkeypatch, caplog):
    article, asked = make_article(), []

    def gone(*_args, **_options):
        asked.append(1)
        raise ServerGone

    monkeypatch.setattr(Redis, "xadd", gone)
    for _number in range(3):
        open_story(anonymous(), article.public_id)
    assert len(asked) == 1
    assert "Readings are not noted: ConnectionError" in caplog.text


def test_stream_stays_short(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_WAITING", 100)
    note = waiting.Note(keys.key_at(NOW), NOW, uuid.uuid4(), None, "v")
    for _number in range(400):
        waiting.add(note)
    assert valkey.connect().xlen(waiting._stream.key) < 300


def noted(article: Article, at: datetime, user: User | None = None) -> NotedReading:
    visitor = "" if user else "v"
    return NotedReading.objects.create(id=keys.key_at(at), at=at, article=article, user=user, visitor=visitor)


def test_older_than_thirty_days_is_deleted():
    article, at = make_article(), clock.now()
    noted(article, at - timedelta(days=30, minutes=1))
    kept = noted(article, at - timedelta(days=29, hours=23))
    assert reading_log.kept_since(at) == kept.at
    assert forget_noted_readings() == 1
    assert list(NotedReading.objects.all()) == [kept]


def test_log_without_readings_began_never():
    noted(make_article(), clock.now() - timedelta(days=40))
    assert reading_log.kept_since(clock.now()) is None


@given(
    st.lists(st.timedeltas(timedelta(days=-2000), timedelta(days=20_000)).map(lambda since: NOW + since), max_size=8)
)
def test_keys_sort_as_their_moments_do(moments):
    made = [(at.replace(microsecond=at.microsecond // 1000 * 1000), keys.key_at(at)) for at in moments]
    for (at, key), (other_at, other) in pairwise(made):
        if at != other_at:
            assert (at < other_at) == (key < other)
        assert keys.first_key_of(at) <= key


def test_account_that_is_deleted_is_out_of_the_log():
    article, user = make_article(), make_reader()
    noted(article, clock.now(), user)
    user.emailaddress_set.all().delete()
    user.delete()
    assert not NotedReading.objects.exists()


def test_account_that_staff_close_is_out_of_the_log_at_once(django_capture_on_commit_callbacks):
    article, user, other = make_article(), make_reader(), make_reader()
    noted(article, clock.now(), user)
    stays = noted(article, clock.now(), other)
    open_story(Browser(user), article.public_id)
    desk = Browser(make_staff("Operator", is_superuser=True))
    form = {"name": user.name, "language": "en", "time_zone": "UTC"}
    for prefix in ("entitlements", "seat_set", "seats"):
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(f"/admin/memberships/user/{user.pk}/change/", form)
    assert response.status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert written() == [stays]
