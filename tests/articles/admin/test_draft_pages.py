from __future__ import annotations

import pytest

from articles import publishing
from articles.models import Article, Correction, Draft, Revision
from tests.articles.admin.forms import form_of, said, url_of
from tests.articles.builders import NOW, SECRET, draft, memo, news, published

pytestmark = pytest.mark.django_db
State = Article.State


def page_of(client, one: Draft, kind: str) -> str:
    response = client.get(url_of(one, "preview"), {"as": kind})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_preview_shows_the_wall_to_a_stranger_and_all_to_a_member(journalist):
    one = draft(format=memo(), headline="Not out yet")
    stranger, member = page_of(journalist, one, "anonymous"), page_of(journalist, one, "member")
    assert SECRET in member
    assert SECRET not in stranger
    for page in (stranger, member):
        assert "Not out yet" in page
        assert "not published, for the desk alone" in page
    assert Article.objects.get().state == State.DRAFT


def test_preview_as_registered_opens_what_signing_in_opens(journalist):
    registered, sold = draft(format=news(access="registered")), draft(format=memo())
    assert SECRET in page_of(journalist, registered, "registered")
    assert SECRET not in page_of(journalist, registered, "anonymous")
    assert SECRET not in page_of(journalist, sold, "registered")


def test_preview_shows_the_draft_and_not_what_is_live(journalist):
    live = published("Live words")
    publishing.save(live.draft, live.draft.number, {"headline": "Draft words"}, None, NOW)
    page = page_of(journalist, live.draft, "anonymous")
    assert "Draft words" in page
    assert "Live words" not in page


def test_preview_wants_to_know_as_whom(journalist):
    assert journalist.get(url_of(draft(), "preview"), {"as": "admin"}).status_code == 400


def test_preview_is_for_the_desk_alone(reader, support):
    one = draft(format=memo())
    assert reader.get(url_of(one, "preview"), {"as": "member"}).status_code == 302
    assert support.get(url_of(one, "preview"), {"as": "member"}).status_code == 403


def test_writing_is_saved_by_itself(journalist):
    one = draft()
    answer = journalist.post(url_of(one, "autosave"), form_of(one, headline="Half a head", standfirst="")).json()
    saved = Draft.objects.get()
    assert (answer["number"], saved.number, saved.headline) == (one.number + 1, one.number + 1, "Half a head")
    assert "Write a standfirst" in answer["checklist"]
    assert Revision.objects.get(number=saved.number).is_automatic


def test_saving_by_itself_never_writes_over_somebody(journalist):
    one = draft()
    stale = form_of(one, headline="Mine")
    publishing.save(one, one.number, {"headline": "Theirs"}, None, NOW)
    answer = journalist.post(url_of(one, "autosave"), stale)
    assert answer.status_code == 409
    assert "saved this article at" in answer.json()["message"]
    assert Draft.objects.get().headline == "Theirs"


def test_saving_by_itself_answers_bad_input_with_a_sentence(journalist):
    one = draft()
    answer = journalist.post(url_of(one, "autosave"), form_of(one, slug="no slug!"))
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert Draft.objects.get().number == one.number


def test_published_page_does_not_change_by_writing(journalist):
    live = published("Live words")
    journalist.post(url_of(live.draft, "autosave"), form_of(live.draft, headline="Draft words", body="<p>x</p>"))
    live.refresh_from_db()
    assert live.headline == "Live words"
    assert live.draft.differs_from_live


def test_autosave_wants_a_post(journalist):
    assert journalist.get(url_of(draft(), "autosave")).status_code == 405


def test_history_shows_what_changed_and_leads_back(journalist):
    first = draft(headline="First words")
    publishing.save(first, first.number, {"headline": "Second words"}, None, NOW)
    assert journalist.get(url_of(first, "history")).content.decode().count("/history/") == 2
    page = journalist.get(url_of(first, "history/2")).content.decode()
    assert "<del>First</del><ins>Second</ins> words" in page
    response = journalist.post(url_of(first, "history/1/restore"), {"current": 2}, follow=True)
    assert said(response) == ["Revision 1 is the text again."]
    assert (Draft.objects.get().headline, Draft.objects.get().number) == ("First words", 3)


@pytest.mark.parametrize("current", ["1", "", "x"])
def test_going_back_from_an_old_page_is_refused(journalist, current):
    first = draft()
    publishing.save(first, first.number, {"headline": "Somebody else's"}, None, NOW)
    response = journalist.post(url_of(first, "history/1/restore"), {"current": current}, follow=True)
    assert "saved this article at" in said(response)[0]
    assert Draft.objects.get().headline == "Somebody else's"


def test_correcting_needs_words_and_an_editor(journalist, editor):
    one = published().draft
    assert journalist.post(url_of(one, "correct"), {"text": "Six."}).status_code == 403
    assert "Say what was wrong" in editor.post(url_of(one, "correct"), {"text": " "}).content.decode()
    assert not Correction.objects.exists()
    response = editor.post(url_of(one, "correct"), {"text": "Six, not five."}, follow=True)
    assert said(response) == ["The correction stands on the article."]
    assert Correction.objects.get().corrected_by == editor.person


@pytest.mark.parametrize(("act", "state"), [("retract", State.RETRACTED), ("unpublish", State.UNPUBLISHED)])
def test_editor_takes_a_text_back(journalist, editor, act, state):
    one = published().draft
    assert journalist.post(url_of(one, act), {"text": "Forged."}).status_code == 403
    assert editor.get(url_of(one, act)).status_code == 200
    assert Article.objects.get().state == State.PUBLISHED
    editor.post(url_of(one, act), {"text": "Forged."})
    assert Article.objects.get().state == state


def test_what_is_not_out_cannot_be_taken_back(editor):
    one = draft()
    page = editor.post(url_of(one, "retract"), {"text": "Because."}).content.decode()
    assert "Only a published article can be" in page
    assert Article.objects.get().state == State.DRAFT


def test_pages_of_a_text_that_is_not_there_are_404(editor):
    for page in ("preview", "history", "history/9", "correct", "autosave"):
        method = editor.post if page == "autosave" else editor.get
        assert method(f"/admin/articles/draft/999/{page}/").status_code == 404
