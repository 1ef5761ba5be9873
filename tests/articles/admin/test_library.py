from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Picture
from tests.articles.builders import picture
from tests.articles.media.test_library import photograph

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/articles/picture/upload/"


def test_picture_dropped_into_a_text_is_taken_in(journalist):
    answer = journalist.post(UPLOAD, {"file": photograph(), "alt": "A quay.", "credit": "Photo: Rima"})
    kept = Picture.objects.get()
    assert (answer.status_code, answer.json()["id"], answer.json()["alt"]) == (201, str(kept.public_id), "A quay.")
    assert kept.uploaded_by == journalist.person


@pytest.mark.parametrize(
    ("file", "alt", "sentence"),
    [
        (b"%PDF-1.7", "A quay.", "not a picture"),
        (b"<svg onload='x()'/>", "A quay.", "SVG"),
        (None, "A quay.", "required"),
        (b"GIF89a", "  ", "Describe the picture"),
    ],
)
def test_what_cannot_be_taken_is_answered_with_a_sentence(journalist, file, alt, sentence):
    files = {"file": SimpleUploadedFile("x.jpg", file)} if file else {}
    answer = journalist.post(UPLOAD, {"alt": alt, **files})
    assert answer.status_code == 422
    assert sentence in answer.json()["message"]
    assert not Picture.objects.exists()


def test_library_is_searched_by_what_pictures_show(journalist):
    picture("A harbour at dusk."), picture("A desert road.")
    fragment = journalist.get("/admin/articles/picture/pick/", {"q": "harbour dusk"}).content.decode()
    assert "A harbour at dusk." in fragment
    assert "A desert road." not in fragment
    assert "Nothing found" in journalist.get("/admin/articles/picture/pick/", {"q": "moon"}).content.decode()


def test_editor_finds_the_picture_behind_a_figure(journalist):
    shown = picture()
    assert journalist.get(f"/admin/articles/picture/show/{shown.public_id}/").url == shown.file.url
    assert journalist.get("/admin/articles/picture/show/6d8a1a3e-7e0b-4f8e-9a43-000000000000/").status_code == 404


def test_picture_is_added_and_described_at_the_desk(journalist):
    added = journalist.post("/admin/articles/picture/add/", {"file": photograph(), "alt": "A quay."})
    assert added.status_code == 302
    refused = journalist.post("/admin/articles/picture/add/", {"file": SimpleUploadedFile("x", b"x"), "alt": "A quay."})
    assert "not a picture" in refused.content.decode()
    assert Picture.objects.count() == 1


def test_new_focus_has_the_sizes_made_again(editor):
    journalist_file = {"file": photograph(), "alt": "A quay."}
    editor.post("/admin/articles/picture/add/", journalist_file)
    kept = Picture.objects.get()
    Picture.objects.update(renditions_made_at=kept.uploaded_at)
    url = f"/admin/articles/picture/{kept.pk}/change/"
    editor.post(url, {"alt": "A quay.", "caption": "", "credit": "", "file_ppoi": kept.file_ppoi})
    assert Picture.objects.get().renditions_made_at is not None
    editor.post(url, {"alt": "A quay.", "caption": "", "credit": "", "file_ppoi": "0.2x0.8"})
    moved = Picture.objects.get()
    assert (moved.file_ppoi, moved.renditions_made_at) == ("0.2x0.8", None)


@pytest.mark.parametrize("page", ["upload/", "pick/", "show/6d8a1a3e-7e0b-4f8e-9a43-000000000000/"])
def test_library_is_closed_to_support(support, page):
    method = support.post if page == "upload/" else support.get
    assert method(f"/admin/articles/picture/{page}").status_code == 403
