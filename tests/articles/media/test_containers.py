"""What a file is, is read from its bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.media.containers import Facts, RecordingError, read
from tests.articles.media import files


def facts(data: bytes) -> Facts:
    return read(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (files.wav(2.0), Facts("wav", 2.0)),
        (files.m4a(), Facts("m4a", 61.0)),
        (files.film(), Facts("mp4", 540.0, 1280, 720)),
        (files.film(moov_last=False), Facts("mp4", 540.0, 1280, 720)),
        (files.film(seconds=0), Facts("mp4", None, 1280, 720)),
        (files.mp4(files.track(b"vide", b"avc1", 1920, 1080, turned=True)), Facts("mp4", 540.0, 1080, 1920)),
        (files.webm(), Facts("webm", 12.5, 640, 360)),
        (files.webm(seconds=None, is_live=True), Facts("webm", None, 640, 360)),
    ],
)
def test_kind_length_and_size_are_those_in_the_file(data, expected):
    assert facts(data) == expected


@pytest.mark.parametrize("tag", [b"", files.id3(3000), b"\0" * 200])
def test_length_of_an_mp3_is_that_of_its_frames(tag):
    found = facts(files.mp3(115, tag) + b"TAG" + bytes(125))
    assert found.extension == "mp3"
    assert found.seconds == pytest.approx(115 * 1152 / 44100)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no recording that browsers play"),
        (b"%PDF-1.7 and so on", "no recording that browsers play"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05hello", "no recording that browsers play"),
        (b"<script>alert(1)</script>", "no recording that browsers play"),
        (b"\xff\xd8\xff\xe0" + bytes(4000), "no recording that browsers play"),
        (files.mp3(2), "no recording that browsers play"),
        (files.wav()[:20], "plain PCM"),
        (files.wav().replace(b"fmt \x10\0\0\0\x01", b"fmt \x10\0\0\0\x07", 1), "plain PCM"),
        (files.film()[:-40], "damaged"),
        (files.box(b"ftyp", b"isom") + files.box(b"mdat", bytes(90)), "damaged"),
        (files.mp4(files.track(b"vide", b"avc1")), "damaged"),
        (files.mp4(files.track(b"vide", b"hvc1", 640, 360)), "H.264"),
        (files.mp4(files.track(b"vide", b"avc1", 640, 360), files.track(b"soun", b"ac-3")), "AAC"),
        (files.mp4(files.track(b"text", b"tx3g")), "AAC"),
        (files.webm(doctype=b"matroska"), "Matroska"),
        (files.webm(kind=2), "no film"),
        (b"\x1a\x45\xdf\xa3\x00", "damaged"),
    ],
)
def test_what_browsers_do_not_play_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(RecordingError, match=sentence):
        facts(data)


WHOLE = [files.wav(0.1), files.mp3(5), files.m4a(), files.film(), files.webm()]


# A part of a WAV that is longer than the file says to be.
@example(WHOLE[0], 38, b"\x00\x00!", 0)
@given(st.sampled_from(WHOLE), st.integers(0, 4000), st.binary(max_size=12), st.integers(0, 4000))
def test_whatever_is_broken_in_a_file_is_either_read_or_refused(data, where, put_in, cut):
    """No byte at any place makes it fail in another way, or never end."""
    broken = data[:where] + put_in + data[where + len(put_in) :]
    try:
        found = facts(broken[: len(broken) - cut] if cut < len(broken) else broken)
    except RecordingError:
        return
    assert found.seconds is None or found.seconds >= 0
