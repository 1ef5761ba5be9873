"""Pictures as a letter shows them: one file for every reader, because mail programs choose among none."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage

from articles.media.pictures import rendition_urls
from articles.models import Picture
from newsletters.addresses import absolute

# The measure of a letter's column, and of the publication's mark above it.
COLUMN = (560, 560)
MARK = (96, 72)
# So much of one picture is loaded on a telephone before it is seen.
MOST_BYTES = 200_000


@dataclass(frozen=True)
class LetterPicture:
    """``width`` and ``height`` are those it is shown at; ``src`` is of twice that where the file is large enough."""

    src: str
    width: int
    height: int
    alt: str
    credit: str


def letter_picture(picture: Picture, box: tuple[int, int]) -> LetterPicture | None:
    """The picture as large as the box lets it be; None while its sizes are not made, or if none is light enough."""
    if picture.renditions_made_at is None or not picture.file_width or not picture.file_height:
        return None
    shrunk = min(1.0, box[0] / picture.file_width, box[1] / picture.file_height)
    width, height = round(picture.file_width * shrunk), round(picture.file_height * shrunk)
    url = _light_enough(rendition_urls(picture, "jpeg"), 2 * width)
    return LetterPicture(absolute(url), width, height, picture.alt, picture.credit) if url else None


def size_of(path: str) -> int | None:
    """The bytes of a file of our own library, by the path it is served at; None if there is none."""
    name = unquote(path).removeprefix(settings.MEDIA_URL)
    try:
        return default_storage.size(name) if path.startswith(settings.MEDIA_URL) else None
    except OSError:
        return None


def _light_enough(sizes: list[tuple[int, str]], wanted: int) -> str:
    """The smallest size that is wide enough, or the next smaller one that is not too heavy."""
    enough = next((number for number, (width, _url) in enumerate(sizes) if width >= wanted), len(sizes) - 1)
    for _width, url in reversed(sizes[: enough + 1]):
        size = size_of(url)
        if size is not None and size <= MOST_BYTES:
            return url
    return ""
