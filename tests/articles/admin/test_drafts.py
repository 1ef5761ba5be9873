from __future__ import annotations

import pytest

from articles import publishing
from articles.models import Article, Author, Draft, Revision, Topic
from tests.articles.admin.forms import form_of, post, said, url_of
from tests.articles.builders import MINUTE, NOW, author, draft, memo, news, published, section

pytestmark = pytest.mark.django_db
State = Article.State


def state() -> str:
    return Article.objects.get().state


def test_writer_begins_with_language_format_and_headline(journalist):
    own = author("The Journalist", user=journalist.person)
    begun = {"language": "ar", "format": news().pk, "headline": "مرفأ بيروت"}
    response = journalist.post("/admin/articles/draft/add/", begun)
    one = Draft.objects.get()
    assert response.url == url_of(one)
    assert (one.article.language, one.headline, one.saved_by) == ("ar", "مرفأ بيروت", journalist.person)
    assert list(one.authors.all()) == [own]


def test_translation_shares_the_group_and_is_begun_once(journalist):
    original = draft()
    begun = {"language": "tr", "headline": "Liman", "group": original.article.group}
    journalist.post("/admin/articles/draft/add/", begun)
    assert Article.objects.filter(group=original.article.group).count() == 2
    again = journalist.post("/admin/articles/draft/add/", begun)
    assert "There is a text in this language already" in again.content.decode()
    assert Article.objects.count() == 2


def test_saving_keeps_everything_that_was_written(journalist):
    one, noor = draft(), author("Noor")
    changed = {
        "headline": "New words",
        "body": '<p onclick="x()">New text.</p>',
        "bylines-TOTAL_FORMS": 3,
        "bylines-1-author": noor.pk,
        "bylines-1-role": "in Tyre",
        "bylines-1-ORDER": 0,
        "bylines-2-author": "",
    }
    response = post(journalist, one, **changed)
    assert said(response) == ["Saved."]
    saved = Draft.objects.get()
    assert (saved.headline, saved.body, saved.saved_by) == ("New words", "<p>New text.</p>", journalist.person)
    assert [byline.author.name for byline in saved.bylines.all()] == ["Rima Daouk", "Noor"]
    assert Revision.objects.get(number=saved.number).snapshot["headline"] == "New words"


def test_rows_of_bylines_stand_in_their_order_and_can_be_taken_out(journalist):
    one, noor, sami = draft(), author("Noor"), author("Sami")
    rows = {
        "bylines-TOTAL_FORMS": 3,
        "bylines-0-DELETE": "on",
        "bylines-1-author": noor.pk,
        "bylines-1-ORDER": 3,
        "bylines-2-author": sami.pk,
        "bylines-2-ORDER": 2,
    }
    post(journalist, one, **rows)
    assert list(Draft.objects.get().bylines.values_list("author__name", flat=True)) == ["Sami", "Noor"]


def test_whoever_saves_second_keeps_their_words_and_sees_the_others(journalist, editor):
    topics = [Topic.objects.create(name=name, slug=name) for name in ("ports", "grain")]
    one = draft()
    stale = form_of(one, headline="The journalist's words", topics=[topic.pk for topic in topics])
    post(editor, one, headline="The editor's words")
    response = journalist.post(url_of(one), stale)
    page = response.content.decode()
    assert "The Editor saved this article at" in page
    assert "The journalist&#x27;s words" in page
    assert f"{url_of(one, 'history')}{one.number + 1}/" in page
    assert all(f" selected>{topic}<" in page for topic in topics)
    assert Draft.objects.get().headline == "The editor's words"
    again = stale | {"number": response.context["adminform"].form["number"].value()}
    assert said(journalist.post(url_of(one), again, follow=True)) == ["Saved."]
    saved = Draft.objects.get()
    assert (saved.headline, set(saved.topics.all())) == ("The journalist's words", set(topics))


def test_journalist_submits_but_does_not_publish(journalist):
    one = draft()
    response = post(journalist, one, _publish="1", headline="Sneaked in")
    assert response.status_code == 403
    assert "Only editors publish" in response.content.decode()
    assert (state(), Draft.objects.get().headline) == (State.DRAFT, one.headline)
    assert said(post(journalist, one, _submit="1")) == ["Submitted."]
    assert state() == State.SUBMITTED
    page = journalist.get(url_of(one)).content.decode()
    assert 'name="_publish"' not in page


@pytest.mark.parametrize("act", ["_publish", "_update", "_unschedule", "_schedule"])
def test_no_button_of_the_editors_works_for_a_journalist(journalist, act):
    assert post(journalist, draft(), **{act: "1"}).status_code == 403
    assert state() == State.DRAFT


def test_editor_publishes_from_the_form(editor):
    response = post(editor, draft(), _publish="1", headline="Out now")
    assert said(response) == ["Published."]
    live = Article.objects.get()
    assert (live.state, live.headline) == (State.PUBLISHED, "Out now")


def test_refused_publication_says_everything_that_is_missing_and_loses_nothing(editor):
    response = post(editor, draft(), _publish="1", headline="Kept", standfirst="", section="")
    (told,) = said(response)
    assert "Your text is saved, but this was not done" in told
    assert "Write a standfirst" in told
    assert "Choose a section." in told
    assert (state(), Draft.objects.get().headline) == (State.DRAFT, "Kept")


def test_editor_schedules_in_the_newsrooms_own_zone(editor):
    response = post(editor, draft(), _schedule="1", schedule_for="2099-01-02T09:30")
    assert said(response) == ["It goes out by itself at that time."]
    live = Article.objects.get()
    assert (live.state, live.scheduled_for.isoformat()) == (State.SCHEDULED, "2099-01-02T07:30:00+00:00")
    assert said(post(editor, live.draft, _unschedule="1")) == ["It will not go out by itself any more."]
    assert state() == State.READY


WHEN = "Say on which day and at what time"


@pytest.mark.parametrize(("moment", "sentence"), [("", WHEN), ("soon", WHEN), ("2001-01-01T00:00", "has passed")])
def test_moment_that_makes_no_sense_is_refused_with_a_sentence(editor, moment, sentence):
    (told,) = said(post(editor, draft(), _schedule="1", schedule_for=moment))
    assert sentence in told
    assert state() == State.DRAFT


def test_scheduled_text_is_changed_by_editors_only(journalist, editor):
    one = draft()
    publishing.schedule(one.article, NOW, None, NOW - MINUTE)
    refused = journalist.post(url_of(one), form_of(one, headline="Last minute"))
    assert "Ask an editor to take it off the schedule" in refused.content.decode()
    assert Draft.objects.get().headline == one.headline
    post(editor, one, headline="Last minute")
    assert Draft.objects.get().headline == "Last minute"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("access", "product", "Say which product opens it."),
        ("slug", "not a slug!", "valid"),
        ("headline", "x" * 201, "200"),
        ("embargo_until", "tomorrow", "Enter a valid date/time."),
        ("bylines-0-author", "999999", "valid choice"),
        ("section", "999999", "valid choice"),
        ("lead_picture", "abc", "valid"),
        ("number", "", "lost the number of its revision"),
        ("number", "first", "lost the number of its revision"),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_nothing_is_written(editor, field, value, sentence):
    one = draft()
    response = editor.post(url_of(one), form_of(one, **{field: value, "standfirst": "Changed too."}))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Draft.objects.get().standfirst == one.standfirst
    assert Revision.objects.count() == 1


def test_only_what_was_never_public_is_deleted(editor):
    one, live = draft("Never out"), published("Out")
    assert editor.post(url_of(live.draft, "delete"), {"post": "yes"}).status_code == 403
    editor.post(url_of(one, "delete"), {"post": "yes"})
    assert list(Article.objects.values_list("headline", flat=True)) == ["Out"]
    assert not Draft.objects.filter(pk=one.pk).exists()


def test_journalist_deletes_nothing(journalist):
    one = draft()
    assert journalist.post(url_of(one, "delete"), {"post": "yes"}).status_code == 403
    assert Draft.objects.exists()


@pytest.mark.parametrize("texts", [1, 6])
def test_list_asks_the_same_however_long_it_is(editor, texts, django_assert_num_queries):
    for number in range(texts):
        draft(f"Text {number}", format=memo() if number % 2 else news(), bylines=[(author(), ""), (author("Noor"), "")])
    editor.get("/admin/articles/draft/")
    with django_assert_num_queries(12):
        response = editor.get("/admin/articles/draft/")
    assert response.content.decode().count("Rima Daouk, Noor") == texts


def test_list_can_be_narrowed_and_searched(editor):
    mine = author("The Editor", user=editor.person)
    draft("By me", bylines=[(mine, "")])
    published("By another")
    for query, found in [("whose=mine", "By me"), ("state=published", "By another"), ("q=Another", "By another")]:
        page = editor.get(f"/admin/articles/draft/?{query}").content.decode()
        others = {"By me", "By another"} - {found}
        assert found in page
        assert not any(other in page for other in others)


@pytest.mark.parametrize("page", ["", "add/"])
def test_the_desk_is_closed_to_readers_and_to_support(reader, support, page):
    assert reader.get(f"/admin/articles/draft/{page}").status_code == 302
    assert support.get(f"/admin/articles/draft/{page}").status_code == 403


def test_form_opens_with_the_same_few_queries_for_any_text(editor, django_assert_num_queries):
    short = draft(section=section())
    names = [(Author.objects.create(name=f"Name {number}", slug=f"name-{number}"), "") for number in range(5)]
    long = draft("Long", bylines=names, body="<p>word</p>" * 200)
    editor.get(url_of(short))
    with django_assert_num_queries(15):
        editor.get(url_of(short))
    with django_assert_num_queries(15):
        editor.get(url_of(long))
