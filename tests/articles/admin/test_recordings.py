"""Recordings at the desk: taken in, given captions, chosen for a story, heard before they are out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Draft, Recording
from tests.articles.admin.forms import form_of, post, url_of
from tests.articles.builders import draft, memo
from tests.articles.media import files

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/recording/add/"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def upload(client, data: bytes, name: str = "x.bin", **words: object):
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), "title": "The yard", "credit": "Yara", **words})


def change(client, recording: Recording, **words: object):
    kept = {"title": recording.title, "credit": recording.credit, "seconds": recording.seconds}
    return client.post(f"/admin/articles/recording/{recording.pk}/change/", kept | words)


def test_recording_is_taken_in_at_the_desk(journalist):
    captions = SimpleUploadedFile("x.vtt", files.CAPTIONS)
    assert upload(journalist, files.film(), captions=captions).status_code == 302
    kept = Recording.objects.get()
    assert (kept.title, kept.kind, kept.seconds, kept.uploaded_by) == ("The yard", "video", 540, journalist.person)
    assert kept.captions.read() == files.CAPTIONS


@pytest.mark.parametrize(
    ("data", "words", "sentence"),
    [
        (b"%PDF-1.7", {}, "no recording that browsers play"),
        (b"<svg onload='x()'/>", {}, "no recording that browsers play"),
        (files.webm(seconds=None), {}, "Write its length in seconds"),
        (files.mp3(), {"title": ""}, "required"),
        (files.mp3(), {"seconds": "-4"}, "greater than or equal to 1"),
        (files.mp3(), {"captions": SimpleUploadedFile("x.vtt", files.CAPTIONS)}, "belong to a film"),
        (files.film(), {"captions": SimpleUploadedFile("x.vtt", b"1")}, "first line must be WEBVTT"),
    ],
)
def test_what_cannot_be_taken_is_answered_with_a_sentence(journalist, data, words, sentence):
    answer = upload(journalist, data, **words)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Recording.objects.exists()


def test_words_and_captions_are_changed_and_the_file_is_not(journalist):
    film = files.moving()
    before, name = film.captions.name, film.file.name
    new = files.CAPTIONS.replace(b"slab", b"beam")
    assert change(journalist, film, title="Another", new_captions=SimpleUploadedFile("x", new)).status_code == 302
    film.refresh_from_db()
    assert (film.title, film.captions.read(), film.file.name) == ("Another", new, name)
    assert film.captions.name != before
    assert (
        "first line must be WEBVTT"
        in change(journalist, film, new_captions=SimpleUploadedFile("x", b"1")).content.decode()
    )
    change(journalist, film, takes_captions_away="on")
    film.refresh_from_db()
    assert not film.captions


def test_recording_lasts_a_second_at_the_least(journalist):
    sound = files.sound()
    assert "a second at the least" in change(journalist, sound, seconds=0).content.decode()


def test_desk_lists_and_shows_what_there_is(journalist, django_assert_max_num_queries):
    sound, film = files.sound(), files.moving()
    with django_assert_max_num_queries(12):
        listed = journalist.get("/admin/articles/recording/").content.decode()
    assert "The podcast" in listed
    assert "9:00" in listed
    for made in (sound, film):
        shown = journalist.get(f"/admin/articles/recording/{made.pk}/change/").content.decode()
        assert f'src="/admin/articles/recording/{made.public_id}/file/"' in shown


def test_desk_hears_what_is_not_out(journalist):
    film = files.moving()
    root = f"/admin/articles/recording/{film.public_id}"
    answer = journalist.get(f"{root}/file/", headers={"range": "bytes=0-7"})
    assert (answer.status_code, body(answer)) == (206, files.film()[:8])
    assert "private, no-store" in answer["Cache-Control"]
    assert body(journalist.get(f"{root}/captions/")) == files.CAPTIONS
    assert journalist.get(f"/admin/articles/recording/{files.sound().public_id}/captions/").status_code == 404


def test_desks_address_is_for_the_desk(support, reader, client):
    address = f"/admin/articles/recording/{files.sound().public_id}/file/"
    assert support.get(address).status_code == 403
    assert (reader.get(address).status_code, client.get(address).status_code) == (302, 302)
    assert support.get(ADD).status_code == 403


def test_recording_is_chosen_in_the_form_of_a_text(journalist):
    sound, text = files.sound(), draft()
    assert 'name="recording"' in journalist.get(url_of(text)).content.decode()
    post(journalist, text, recording=sound.pk)
    assert Draft.objects.get(pk=text.pk).recording == sound
    post(journalist, text, recording="")
    assert Draft.objects.get(pk=text.pk).recording is None
    answer = journalist.post(url_of(text), form_of(text, recording=sound.pk + 1))
    assert "valid choice" in answer.content.decode()


def test_autocomplete_finds_it_by_its_title(journalist):
    files.sound("What an olive knows")
    query = {"term": "olive", "app_label": "articles", "model_name": "draft", "field_name": "recording"}
    found = journalist.get("/admin/autocomplete/", query).json()["results"]
    assert [row["text"] for row in found] == ["What an olive knows (audio, 1′)"]


def test_preview_plays_the_draft_from_the_desk(journalist):
    film = files.moving()
    text = draft(recording=film, format=memo())
    member = journalist.get(f"{url_of(text, 'preview')}?as=member").content.decode()
    assert f'<source src="/admin/articles/recording/{film.public_id}/file/" type="video/mp4">' in member
    assert f'src="/admin/articles/recording/{film.public_id}/captions/"' in member
    stranger = journalist.get(url_of(text, "preview")).content.decode()
    assert "opens with the rest of this story" in stranger
    assert str(film.public_id) not in stranger


def test_recording_a_story_has_is_not_deleted(editor):
    sound = files.sound()
    draft(recording=sound)
    editor.post(f"/admin/articles/recording/{sound.pk}/delete/", {"post": "yes"})
    assert Recording.objects.filter(pk=sound.pk).exists()
