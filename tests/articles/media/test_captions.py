"""Captions are WebVTT, and every time in them could be."""

from __future__ import annotations

import io

import pytest

from articles.media.captions import MOST_BYTES, read
from articles.media.containers import RecordingError

CUE = "00:01.000 --> 00:02.000 align:start\nمرحبا\n"


@pytest.mark.parametrize(
    "text",
    [
        f"WEBVTT\n\n{CUE}",
        f"\ufeffWEBVTT – the yard\r\n\r\n{CUE}",
        f"WEBVTT\n\nNOTE by hand\n\n1\n{CUE}\n2\n01:00:00.000 --> 01:00:00.500\nEnd.\n",
    ],
)
def test_captions_are_kept_as_utf_8_with_lines_ended_one_way(text):
    kept = read(io.BytesIO(text.encode()))
    assert kept.startswith(b"WEBVTT")
    assert b"\r" not in kept
    assert "مرحبا" in kept.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "first line must be WEBVTT"),
        (f"1\n{CUE}".encode(), "first line must be WEBVTT"),
        (b"WEBVTTX\n\n" + CUE.encode(), "first line must be WEBVTT"),
        (b"WEBVTT\n\nNo cue.\n", "no caption in this file"),
        (b"WEBVTT\n\n00:01,000 --> 00:02,000\nSubRip.\n", "Line 3 of the captions"),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nBackwards.\n", "Line 3 of the captions"),
        (b"WEBVTT\n\n00:00.000 --> 00:61.000\nNo minute.\n", "Line 3 of the captions"),
        ("WEBVTT\n\n".encode("utf-16"), "UTF-8"),
        (b"WEBVTT\n" + b"x" * MOST_BYTES, "larger than 1 MB"),
    ],
)
def test_what_is_no_captions_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(RecordingError, match=sentence):
        read(io.BytesIO(data))
