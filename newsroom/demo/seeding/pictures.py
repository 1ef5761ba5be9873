"""Draws the pictures and puts them into the library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile

from articles.media.library import add_picture
from articles.models import Picture
from newsroom.demo.drawing import draw, load_specs
from newsroom.demo.seeding.content import CONTENT


def seed_pictures(at: datetime, progress: Callable[[str], None]) -> dict[str, Picture]:
    """Every picture of ``pictures.toml`` by its slug; one already in the library is found by its fingerprint."""
    specs = load_specs(CONTENT / "pictures.toml")
    pictures = {}
    for number, spec in enumerate(specs, start=1):
        progress(f"Drawing pictures {number}/{len(specs)}")
        data = BytesIO()
        draw(spec).save(data, "JPEG", quality=86, progressive=True)
        file = ContentFile(data.getvalue(), name=f"{spec.slug}.jpg")
        picture = add_picture(file, alt=spec.alt, caption=spec.caption, credit=spec.credit, by=None, at=at)
        pictures[spec.slug] = picture
    return pictures
