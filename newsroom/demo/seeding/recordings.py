"""Makes the recordings of the demo's stories and takes them in as the desk does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from articles.media.recordings import add_recording
from articles.models import Picture, Recording
from newsroom.demo.filming import walk_along
from newsroom.demo.sounding import melody


def recording_of(head: dict[str, Any], pictures: dict[str, Picture], at: datetime) -> Recording | None:
    """The recording a story's head asks for: a film along its picture where the story is one, a tune otherwise."""
    wanted = head.get("recording")
    if wanted is None:
        return None
    captions = wanted.get("captions")
    return add_recording(
        _film(pictures[head["picture"]], head["slug"]) if head["format"] == "video" else ContentFile(melody(), "tune"),
        wanted["title"],
        wanted["credit"],
        None,
        at,
        captions=ContentFile(captions.encode(), "captions.vtt") if captions else None,
    )


def _film(picture: Picture, name: str) -> ContentFile[bytes]:
    with picture.file.open("rb") as file:
        return ContentFile(walk_along(Image.open(file)), name)
