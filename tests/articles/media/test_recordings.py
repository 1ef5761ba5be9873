"""The one way into the library of recordings."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import IntegrityError

from articles.media import recordings
from articles.media.containers import RecordingError
from articles.media.recordings import add_recording
from articles.media.views import TYPES
from articles.models import Recording
from articles.models.recordings import PRIVATE
from memberships import clock
from tests.articles.media import files
from tests.people import anonymous

pytestmark = pytest.mark.django_db


def add(data: bytes, **words: object) -> Recording:
    return add_recording(io.BytesIO(data), "A title", "", None, clock.now(), **words)  # type: ignore[arg-type]


def kept_files(media_root: Path) -> list[Path]:
    return [path for path in media_root.rglob("*") if path.is_file()]


def test_recording_is_kept_with_what_its_file_says():
    made = files.moving()
    assert (made.kind, made.seconds, made.width, made.height) == ("video", 540, 1280, 720)
    assert (made.media_type, made.size) == ("video/mp4", len(files.film()))
    assert made.file.name.endswith(".mp4")
    assert made.file.read() == files.film()
    assert made.captions.read() == files.CAPTIONS


def test_extension_follows_from_the_bytes_and_not_from_the_name():
    named = ContentFile(files.mp3(), "evil.html")
    assert add_recording(named, "A", "", None, clock.now()).file.name.endswith(".mp3")


def test_files_lie_where_nothing_serves_them(media_root):
    made = files.moving()
    assert all(path.is_relative_to(media_root / PRIVATE) for path in kept_files(media_root))
    with pytest.raises(ValueError, match="no address"):
        _ = made.file.url
    for name in (made.file.name, f"{PRIVATE}/{made.file.name}", made.captions.name, f"{PRIVATE}/{made.captions.name}"):
        assert anonymous().get(f"/media/{name}").status_code == 404


def test_not_even_a_picture_is_served_from_there(media_root):
    (media_root / PRIVATE).mkdir(parents=True)
    (media_root / PRIVATE / "a.jpg").write_bytes(b"x")
    assert ".jpg" in TYPES
    assert anonymous().get(f"/media/{PRIVATE}/a.jpg").status_code == 404


def test_large_upload_is_moved_into_place():
    """What the server wrote to a temporary file while it came is not read through memory once more."""
    file = TemporaryUploadedFile("yard.mp4", "video/mp4", 0, None)
    file.write(files.film())
    made = add_recording(file, "The yard", "", None, clock.now())
    assert not os.path.exists(file.temporary_file_path())
    assert Path(made.file.path).read_bytes() == files.film()
    file.close()


def test_same_file_a_second_time_is_the_recording_that_is_there(media_root):
    first, second = files.sound("First"), files.sound("Second")
    assert (second.pk, second.title) == (first.pk, "First")
    assert len(kept_files(media_root)) == 1


def test_of_two_who_add_the_same_file_at_once_both_get_it(monkeypatch, media_root):
    first = files.sound()
    nothing = Recording.objects.none()
    with monkeypatch.context() as patched:
        patched.setattr(Recording.objects, "filter", lambda **_: nothing)
        second = files.sound()
    assert second.pk == first.pk
    assert len(kept_files(media_root)) == 1


def test_length_the_file_does_not_say_is_asked_for():
    live = files.webm(seconds=None, is_live=True)
    with pytest.raises(RecordingError, match="Write its length"):
        add(live)
    assert add(live, seconds=77).seconds == 77


def test_larger_file_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "MOST_MEGABYTES", 1)
    with pytest.raises(RecordingError, match="larger than 1 MB"):
        add(files.mp3(3000))


@pytest.mark.parametrize(
    ("data", "captions", "sentence"),
    [
        (b"GIF89a", None, "no recording"),
        (files.mp3(), files.CAPTIONS, "belong to a film"),
        (files.film(), b"1\n00:00", "first line must be WEBVTT"),
    ],
)
def test_nothing_is_kept_of_what_is_refused(media_root, data, captions, sentence):
    with pytest.raises(RecordingError, match=sentence):
        add(data, captions=ContentFile(captions) if captions else None)
    assert kept_files(media_root) == []
    assert not Recording.objects.exists()


@pytest.mark.parametrize("wrong", [{"seconds": 0}, {"width": 5}, {"captions": "x.vtt"}, {"kind": "video"}])
def test_database_holds_what_a_recording_is(wrong):
    made = files.sound()
    with pytest.raises(IntegrityError):
        Recording.objects.filter(pk=made.pk).update(**wrong)
