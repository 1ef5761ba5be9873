from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles import publishing, signals
from articles.models import Article
from articles.publishing import PublishingError, release
from memberships.models import AuditEntry
from tests.articles.builders import (
    BODY,
    MINUTE,
    NOW,
    SECRET,
    author,
    draft,
    memo,
    picture,
    pro,
    published,
    terms,
    writer,
)

pytestmark = pytest.mark.django_db
State = Article.State


@pytest.fixture
def heard():
    """What the articles app announced, as (signal's name, headline)."""
    told: list[tuple[str, str]] = []
    names = ("article_published", "article_updated", "article_withdrawn")
    listeners = {name: lambda article, name=name, **_: told.append((name, article.headline)) for name in names}
    for name, listener in listeners.items():
        getattr(signals, name).connect(listener, weak=False)
    yield told
    for name, listener in listeners.items():
        getattr(signals, name).disconnect(listener)


def refusal(act, *arguments) -> list[str]:
    with pytest.raises(PublishingError) as error:
        act(*arguments)
    return error.value.messages


def test_publishing_shows_readers_the_draft(heard, django_capture_on_commit_callbacks):
    person, rima = writer(), author("Rima")
    one = draft(bylines=[(rima, "in Tyre")], country=None, lead_picture=picture())
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(one.article, person, NOW)
    live = Article.objects.get()
    assert (live.headline, live.state, live.live_number) == (one.headline, State.PUBLISHED, one.number)
    assert (live.first_published_at, live.updated_at) == (NOW, None)
    assert (live.year, live.month, live.slug) == (2026, 11, "harbour-tariffs-fall")
    assert list(live.bylines.values_list("author", "role")) == [(rima.pk, "in Tyre")]
    assert heard == [("article_published", live.headline)]
    entry = AuditEntry.objects.get(verb="article.published")
    assert (entry.actor, entry.subject_id) == (person, str(live.public_id))


def test_everything_missing_is_said_at_once():
    empty = publishing.create("en", None, NOW, content={"lead_picture": picture(alt=""), "body": "<p></p>"})
    messages = refusal(publishing.publish, empty.article, None, NOW)
    assert [message.split()[0:3] for message in messages] == [
        ["Choose", "a", "format."],
        ["Write", "a", "headline."],
        ["Write", "a", "standfirst"],
        ["Write", "the", "text."],
        ["Say", "who", "wrote"],
        ["Choose", "a", "section."],
        ["Describe", "the", "lead"],
    ]
    assert Article.objects.get().state == State.DRAFT


def test_pictures_and_charts_in_the_text_must_exist_and_be_described():
    body = f'<p>x</p><figure data-picture="{picture(alt="").public_id}"></figure><figure data-chart="gone"></figure>'
    messages = refusal(publishing.publish, draft(body=body).article, None, NOW)
    assert [("every picture" in messages[0]), ("“gone”" in messages[1])] == [True, True]
    gone = f'<p>x</p><figure data-picture="{picture().public_id}"></figure><figure data-picture="nowhere"></figure>'
    assert "no longer in the library" in refusal(publishing.publish, draft(body=gone).article, None, NOW)[0]


def test_format_decides_who_may_read_unless_the_draft_does():
    closed = published(format=memo())
    assert (closed.access, closed.product) == ("product", pro())
    assert SECRET in closed.paid_html
    assert SECRET not in closed.opening_html
    opened = published("Open memo", format=memo(), access="free")
    assert (opened.access, opened.product, opened.paid_html) == ("free", None, "")
    assert SECRET in opened.opening_html


def test_text_without_a_break_opens_by_its_first_words():
    terms(opening_words=10)
    body = "".join(f"<p>{'word ' * 10}{number}</p>" for number in range(6))
    live = published(format=memo(), body=body)
    assert (live.opening_html.count("<p>"), live.paid_html.count("<p>")) == (1, 5)


def test_publishing_again_is_an_update(heard, django_capture_on_commit_callbacks):
    live = published()
    with django_capture_on_commit_callbacks(execute=True):
        publishing.publish(live, None, NOW + MINUTE)
    assert heard == [("article_updated", live.headline)]


def test_embargo_holds_against_everybody():
    embargoed = draft(embargo_until=NOW + MINUTE)
    assert refusal(publishing.publish, embargoed.article, None, NOW) == [
        "It is under embargo until 22 November, 11:31."
    ]
    assert "embargo" in refusal(publishing.schedule, embargoed.article, NOW + MINUTE / 2, None, NOW)[0]
    publishing.schedule(embargoed.article, NOW + MINUTE, None, NOW)


def test_moment_that_has_passed_cannot_be_scheduled():
    assert "has passed" in refusal(publishing.schedule, draft().article, NOW, None, NOW)[0]


def test_scheduled_text_goes_out_at_its_moment_as_it_then_stands():
    one = draft()
    publishing.schedule(one.article, NOW, None, NOW - MINUTE)
    publishing.save(one, one.number, {"headline": "Last words"}, None, NOW - MINUTE / 2)
    assert publishing.release_due(NOW - MINUTE / 60) == 0
    assert publishing.release_due(NOW) == 1
    live = Article.objects.get()
    assert (live.state, live.headline, live.first_published_at, live.scheduled_for) == (
        State.PUBLISHED,
        "Last words",
        NOW,
        None,
    )
    assert publishing.release_due(NOW + MINUTE) == 0


def test_what_cannot_go_out_says_why_and_holds_up_nothing():
    broken, embargoed, fine = draft("Broken"), draft("Embargoed"), draft("Fine")
    for one in (broken, embargoed, fine):
        publishing.schedule(one.article, NOW, None, NOW - MINUTE)
    publishing.save(broken, broken.number, {"standfirst": ""}, None, NOW - MINUTE / 2)
    publishing.save(embargoed, embargoed.number, {"embargo_until": NOW + MINUTE}, None, NOW - MINUTE / 2)
    assert publishing.release_due(NOW) == 1
    states = dict(Article.objects.values_list("draft__headline", "state"))
    assert states == {"Broken": State.SCHEDULED, "Embargoed": State.SCHEDULED, "Fine": State.PUBLISHED}
    errors = dict(Article.objects.values_list("draft__headline", "schedule_error"))
    assert errors["Broken"] == "Write a standfirst of one or two sentences."
    assert errors["Embargoed"].startswith("It is under embargo until")
    assert publishing.release_due(NOW + MINUTE) == 1
    assert Article.objects.get(draft__headline="Embargoed").schedule_error == ""


def test_fault_in_one_text_is_noted_and_the_others_go_out(monkeypatch, caplog):
    for headline in ("One", "Two", "Three"):
        publishing.schedule(draft(headline).article, NOW, None, NOW - MINUTE)
    connection.cursor().execute(
        """CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF NEW.headline = 'Two' AND NEW.state = 'published' THEN RAISE EXCEPTION 'disk'; END IF;
             RETURN NEW;
           END $$;
           CREATE TRIGGER fail BEFORE UPDATE ON articles_article FOR EACH ROW EXECUTE FUNCTION pg_temp.fail()"""
    )
    assert publishing.release_due(NOW) == 2
    stuck = Article.objects.get(state=State.SCHEDULED)
    assert "Something went wrong" in stuck.schedule_error
    assert "could not be published" in caplog.text


def test_whatever_is_stuck_waits_behind_the_rest(monkeypatch):
    """With room for one in a tick, the stuck one is tried once and then stands back."""
    monkeypatch.setattr(release, "MOST_PER_TICK", 1)
    stuck, fine = draft("Stuck"), draft("Fine")
    publishing.schedule(stuck.article, NOW - MINUTE, None, NOW - 2 * MINUTE)
    publishing.schedule(fine.article, NOW, None, NOW - 2 * MINUTE)
    publishing.save(stuck, stuck.number, {"standfirst": ""}, None, NOW - 2 * MINUTE)
    assert [publishing.release_due(NOW) for _tick in range(3)] == [0, 1, 0]


def test_text_taken_off_the_schedule_stays():
    one = draft()
    publishing.schedule(one.article, NOW, None, NOW - MINUTE)
    publishing.unschedule(one.article, None, NOW - MINUTE)
    assert publishing.release_due(NOW) == 0
    assert Article.objects.get().state == State.READY
    assert "not scheduled" in refusal(publishing.unschedule, one.article, None, NOW)[0]


def test_published_text_cannot_be_scheduled_away():
    assert refusal(publishing.schedule, published(), NOW + MINUTE, None, NOW) == ["It is published already."]


def test_two_workers_publish_a_due_text_once(committing):
    for number in range(3):
        publishing.schedule(draft(f"Text {number}").article, NOW, None, NOW - MINUTE)
    together = Barrier(2)

    def release(_: int) -> int:
        together.wait()
        try:
            return publishing.release_due(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(release, range(2)))
    assert sum(counts) == AuditEntry.objects.filter(verb="article.published").count() == 3
    assert set(Article.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_preview_is_what_publishing_would_make_and_saves_nothing(django_assert_num_queries):
    one = draft(format=memo(), headline="Not out yet", bylines=[(author("Rima"), "in Tyre")])
    seen = publishing.as_published(one, NOW)
    assert (seen.headline, seen.access, seen.slug) == ("Not out yet", "product", "not-out-yet")
    assert [(byline.author.name, byline.role) for byline in seen.bylines.all()] == [("Rima", "in Tyre")]
    assert BODY.endswith(seen.paid_html)
    assert Article.objects.get().state == State.DRAFT
