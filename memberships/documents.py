"""What people upload for staff to look at: told apart by what is in the file, never by its name or what it claims."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image

if TYPE_CHECKING:
    from typing import BinaryIO

MOST_BYTES = 5 * 1024 * 1024
# A photograph of a card needs less; what is larger is made to fill the memory of whoever opens it.
_MOST_PIXELS = 50_000_000
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_PDF = b"%PDF-"


class DocumentRefused(ValueError):
    """The file is none that we take; the message is a sentence for whoever sent it."""


@dataclass(frozen=True)
class Document:
    content: bytes
    media_type: str

    @property
    def extension(self) -> str:
        return self.media_type.rpartition("/")[2]


def read(file: BinaryIO) -> Document:
    """The document in an uploaded file; of one that is too large no more is read than shows it.

    Raises:
        DocumentRefused: it is empty, too large, or neither a PDF nor a picture.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise DocumentRefused(_("The file is too large: five megabytes at most."))
    if content.startswith(_PDF):
        return Document(content, "application/pdf")
    if (media_type := _picture(content)) is None:
        raise DocumentRefused(_("Send a PDF, or a picture as JPEG, PNG or WebP. This file is neither."))
    return Document(content, media_type)


def _picture(content: bytes) -> str | None:
    """What kind of picture it is; ``None`` where it is none, or broken."""
    try:
        with Image.open(io.BytesIO(content), formats=list(_PICTURES)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.load()
            return _PICTURES[picture.format or ""]
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError):
        return None
