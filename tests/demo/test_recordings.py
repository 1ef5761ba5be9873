"""The demo's sound and film are what the library takes, small, and the same every time."""

from __future__ import annotations

import io

from PIL import Image

from articles.media.containers import Facts, read
from newsroom.demo.filming import HEIGHT, SECONDS, WIDTH, walk_along
from newsroom.demo.sounding import melody


def test_melody_is_a_small_file_of_sound_that_is_not_silent():
    data = melody()
    facts = read(io.BytesIO(data))
    assert facts.extension == "wav"
    assert 10 < facts.seconds < 15
    assert len(data) < 200_000
    assert min(data[44:]) < 60 < 200 < max(data[44:])
    assert data == melody()


def test_film_is_taken_for_one_and_its_frames_differ():
    picture = Image.linear_gradient("L").resize((1500, 1000)).rotate(90)
    data = walk_along(picture)
    assert read(io.BytesIO(data)) == Facts("webm", float(SECONDS), WIDTH, HEIGHT)
    assert data == walk_along(picture)
    frames = data.split(b"\x9d\x01\x2a")[1:]  # what each key frame of VP8 begins with
    assert len(frames) == 80
    assert len(set(frames)) > 60
