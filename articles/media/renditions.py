"""Making the smaller sizes of pictures. Slow work, done by a task; until then pages show the file itself."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import transaction

from articles.media.pictures import FORMATS, rendition_widths
from articles.models import Picture

logger = logging.getLogger(__name__)


def make_missing(at: datetime, *, most: int = 40, seconds: float = 20) -> int:
    """Make the sizes of pictures that have none, newest first, for about so long; answers how many were done.

    Several workers may run this at once: each picture is made by one. One that cannot be made is left for another time
    and holds up nothing.
    """
    until = time.monotonic() + seconds
    done = 0
    for pk in list(Picture.objects.without_renditions().values_list("pk", flat=True)[:most]):
        if time.monotonic() > until:
            break
        done += _make_one(pk, at)
    return done


def are_missing() -> bool:
    """Whether some picture has no sizes yet."""
    return Picture.objects.without_renditions().exists()


def make(picture: Picture, at: datetime) -> None:
    """Write every size of one picture and note that they are there."""
    for width in rendition_widths(picture):
        for kind, _mime in FORMATS:
            picture.file.process(f"w{width}.{kind}")
    picture.renditions_made_at = at
    picture.save(update_fields=["renditions_made_at"])


def _make_one(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            picture = Picture.objects.select_for_update(skip_locked=True).without_renditions().filter(pk=pk).first()
            if picture is None:
                return False
            make(picture, at)
    except (OSError, ValueError):
        logger.exception("The sizes of a picture could not be made.", extra={"picture": pk})
        return False
    return True
