from __future__ import annotations

import pytest
from django.http import Http404
from django.test import RequestFactory

from articles.media.views import media

DATA = bytes(range(256)) * 4


@pytest.fixture
def stored(media_root):
    (media_root / "pictures").mkdir(parents=True)
    (media_root / "pictures" / "a.jpg").write_bytes(DATA)
    (media_root / "pictures" / "notes.txt").write_text("private")
    (media_root.parent / "secret.jpg").write_bytes(b"outside")
    (media_root / "pictures" / "link.jpg").symlink_to(media_root.parent / "secret.jpg")


def ask(path: str, method: str = "get", **headers: str):
    request = getattr(RequestFactory(), method)("/media/", headers=headers)
    try:
        return media(request, path)
    except Http404:
        return None


def body(response) -> bytes:
    return response.getvalue() if hasattr(response, "getvalue") else b"".join(response.streaming_content)


def test_picture_is_served_with_what_caches_need(stored):
    response = ask("pictures/a.jpg")
    assert body(response) == DATA
    assert response["Content-Type"] == "image/jpeg"
    assert "immutable" in response["Cache-Control"]
    assert response["ETag"]
    assert response["Last-Modified"]


def test_unchanged_picture_is_not_sent_again(stored):
    response = ask("pictures/a.jpg", **{"If-None-Match": ask("pictures/a.jpg")["ETag"]})
    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "sent", "named"),
    [
        ("bytes=0-9", DATA[:10], "bytes 0-9/1024"),
        ("bytes=1000-", DATA[1000:], "bytes 1000-1023/1024"),
        ("bytes=-4", DATA[-4:], "bytes 1020-1023/1024"),
        ("bytes=1020-9999", DATA[1020:], "bytes 1020-1023/1024"),
    ],
)
def test_part_of_a_picture_can_be_asked_for(stored, asked, sent, named):
    response = ask("pictures/a.jpg", Range=asked)
    assert (response.status_code, body(response), response["Content-Range"]) == (206, sent, named)
    assert response["Content-Length"] == str(len(sent))


def test_part_beyond_the_end_cannot(stored):
    response = ask("pictures/a.jpg", Range="bytes=5000-")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=9-3", "lines=1-2", "bytes=-", "bytes=a-b"])
def test_ranges_not_understood_are_answered_whole(stored, asked):
    response = ask("pictures/a.jpg", Range=asked)
    assert (response.status_code, body(response)) == (200, DATA)


def test_part_of_another_version_is_answered_whole(stored):
    assert ask("pictures/a.jpg", Range="bytes=0-9", **{"If-Range": '"older"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "../secret.jpg",
        "pictures/../../secret.jpg",
        "/etc/passwd",
        "pictures/link.jpg",
        "pictures/notes.txt",
        "pictures",
        "no.jpg",
        "pictures/a.jpg\x00.png",
    ],
)
def test_nothing_but_the_library_is_served(stored, path):
    assert ask(path) is None
