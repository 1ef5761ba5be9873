"""The one way into the picture library: looked at, turned upright, freed of what the camera noted, kept once."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from articles.media.processors import on_white
from articles.models import Picture
from memberships.models import User

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 60_000_000
# No screen shows more; the original stays with whoever took it.
LONGEST_SIDE = 3200
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")


class PictureError(Exception):
    """Why a file is not taken, as a sentence that says what to do."""


def add_picture(
    file: IO[bytes],
    alt: str,
    credit: str,
    by: User | None,
    at: datetime,
    *,
    caption: str = "",
    focus: tuple[float, float] = (0.5, 0.5),
) -> Picture:
    """Take a file into the library. The same file a second time answers the picture that is there.

    Raises:
        PictureError: it is no picture, one that cannot be read, or too large; nothing is kept.
    """
    data = file.read(MOST_BYTES + 1)
    fingerprint = hashlib.sha256(data).hexdigest()
    if known := Picture.objects.filter(sha256=fingerprint).first():
        return known
    image, extension = _upright(_opened(data))
    picture = Picture(
        alt=alt[:400],
        caption=caption[:600],
        credit=credit[:200],
        sha256=fingerprint,
        uploaded_by=by,
        uploaded_at=at,
        file_ppoi=f"{focus[0]:.3f}x{focus[1]:.3f}",
    )
    stem = slugify(PurePath(getattr(file, "name", None) or "picture").stem)[:60] or "picture"
    content = ContentFile(_encoded(image, extension), name=f"{stem}-{fingerprint[:8]}.{extension}")
    return _kept_once(picture, content)


def _kept_once(picture: Picture, content: ContentFile[bytes]) -> Picture:
    """Save; of two people who add the same file at once both get the same picture."""
    picture.file.save(content.name, content, save=False)
    try:
        with transaction.atomic():
            picture.save()
    except IntegrityError:
        picture.file.storage.delete(picture.file.name)
        return Picture.objects.get(sha256=picture.sha256)
    return picture


def _opened(data: bytes) -> Image.Image:
    if len(data) > MOST_BYTES:
        raise PictureError(_("This file is larger than 25 MB. Export the picture at 3,200 pixels and upload that."))
    if b"<svg" in data[:1000].lower():
        raise PictureError(_("This is a drawing in SVG, which can carry scripts. Export it as PNG and upload that."))
    try:
        image = Image.open(io.BytesIO(data), formats=ACCEPTED)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise PictureError(_("This is not a picture the library can read. Use JPEG, PNG, WebP or AVIF.")) from error
    if image.width * image.height > MOST_PIXELS:
        raise PictureError(
            _("This picture has more than 60 million pixels. Scale it down to 3,200 pixels and upload that.")
        )
    return image


def _upright(image: Image.Image) -> tuple[Image.Image, str]:
    """The picture as it is meant to be looked at, no larger than needed, and the extension it will be kept under.

    Everything the camera wrote beside the pixels stays behind: it may say where a source lives.
    """
    try:
        image.load()
        turned = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureError(_("This picture is damaged: part of the file is missing. Export it again.")) from error
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if image.format not in {"PNG", "GIF"}:
        return on_white(turned), "jpg"
    return turned if turned.mode in {"RGB", "RGBA", "L"} else turned.convert("RGBA"), "png"


def _encoded(image: Image.Image, extension: str) -> bytes:
    buffer = io.BytesIO()
    profile = image.info.get("icc_profile")
    options = {"icc_profile": profile} if profile else {}
    if extension == "png":
        image.save(buffer, "PNG", **options)
    else:
        image.save(buffer, "JPEG", quality=90, progressive=True, **options)
    return buffer.getvalue()
