"""Draws the pictures and puts them into the library."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from django.core.files.base import ContentFile

from articles.media.library import add_picture
from articles.models import Picture
from newsroom.demo.drawing import load_specs
from newsroom.demo.seeding.content import CONTENT
from newsroom.demo.seeding.jpeg import drawn

# Of the processes that draw. More would wait for the one that takes the pictures into the library.
MOST_AT_ONCE = 4


def seed_pictures(at: datetime, progress: Callable[[str], None]) -> dict[str, Picture]:
    """Every picture of ``pictures.toml`` by its slug; one already in the library is found by its fingerprint."""
    specs = load_specs(CONTENT / "pictures.toml")
    pictures = {}
    # New ones, not copies of this one, which holds a connection to the database.
    with ProcessPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1), get_context("spawn")) as pool:
        for number, (spec, data) in enumerate(zip(specs, pool.map(drawn, specs), strict=True), start=1):
            progress(f"Drawing pictures {number}/{len(specs)}")
            file = ContentFile(data, name=f"{spec.slug}.jpg")
            picture = add_picture(file, alt=spec.alt, caption=spec.caption, credit=spec.credit, by=None, at=at)
            pictures[spec.slug] = picture
    return pictures
