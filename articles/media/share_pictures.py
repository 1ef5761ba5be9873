"""The pictures by which a link to a story is shown elsewhere: drawn from what its card says, kept as files.

A card of 1200×630 for those who share, and the three shapes that Google asks for. Nothing in them is more than
headline, label and lead picture, which everybody may see. The name of a file changes with what it shows, so caches may
keep it for ever, and one that is not there yet can always be drawn again.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw

from articles.media.lettering import SANS, SERIF, Setting, fit
from articles.media.pictures import focus_of
from articles.media.processors import on_white
from articles.models import Article
from articles.models.taxonomy import Access

logger = logging.getLogger(__name__)

CARD = "card"
SHAPES = {CARD: (1200, 630), "1x1": (1200, 1200), "4x3": (1200, 900), "16x9": (1200, 675)}
# Another look needs other names: raise it whenever the drawing changes.
LOOK = 1
JPEG: dict[str, Any] = {"format": "JPEG", "quality": 88, "subsampling": 0, "progressive": True, "optimize": True}
MARGIN = 64
# A font that is being used must not be used by another thread.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Colours:
    """The tokens of the style sheets, as far as a card needs them."""

    ground: str
    ink: str
    accent: str
    rule: str


PAPER = Colours(ground="#fbf9f4", ink="#191714", accent="#0b4f5e", rule="#ded8cb")
PRO = Colours(ground="#231b11", ink="#f4ecdd", accent="#d9b472", rule="#5a4a30")


def fingerprint(article: Article) -> str:
    """What the pictures of an article show, in 16 hexadecimal digits."""
    picture = article.lead_picture
    shown = [str(LOOK), settings.SITE_NAME, settings.PRO_NAME, article.headline, _label(article), article.language]
    shown += [article.access, picture.sha256 if picture else "", str(focus_of(picture)) if picture else ""]
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:16]


def address(article: Article, shape: str = CARD) -> str:
    """The path of one of the pictures as it is now."""
    return reverse("share_picture", args=[article.public_id, fingerprint(article), shape])


def description(article: Article) -> str:
    """The card in words, for whoever cannot see it."""
    label = _label(article)
    return f"{label}: {article.headline} · {settings.SITE_NAME}" if label else article.headline


def file_of(public_id: str, mark: str, shape: str) -> Path:
    """Where the picture with this fingerprint is kept, or would be."""
    return Path(settings.MEDIA_ROOT) / "share" / mark[:2] / f"{public_id}-{mark}-{shape}.jpg"


def ready(article: Article, shape: str) -> Path:
    """The file of a picture, drawn now unless it is there. Two that draw at once put the same into place."""
    path = file_of(str(article.public_id), fingerprint(article), shape)
    if not path.is_file():
        with _one_at_a_time:
            _put(path, draw(article, shape))
    return path


def draw(article: Article, shape: str) -> bytes:
    """One picture as JPEG: the card with its words; of the other shapes the lead picture, or words without one."""
    size = SHAPES[shape]
    lead = _lead(article)
    if lead is not None and shape != CARD:
        image = _cropped(lead, size, article, may_grow=False)
    else:
        image = _card(article, size, lead)
    buffer = io.BytesIO()
    image.save(buffer, **JPEG)
    return buffer.getvalue()


def _card(article: Article, size: tuple[int, int], lead: Image.Image | None) -> Image.Image:
    is_rtl, is_pro = article.direction == "rtl", article.access == Access.PRODUCT
    colours = PRO if is_pro else PAPER
    width, height = size
    image = Image.new("RGB", size, colours.ground)
    beside = width * 2 // 5 if lead is not None else 0
    if lead is not None:
        image.paste(_cropped(lead, (beside, height), article), (0 if is_rtl else width - beside, 0))
    column = (beside + MARGIN, width - MARGIN) if is_rtl else (MARGIN, width - beside - MARGIN)
    _set_words(ImageDraw.Draw(image), article, column, height, colours)
    return image


def _set_words(
    draw: ImageDraw.ImageDraw, article: Article, column: tuple[int, int], height: int, colours: Colours
) -> None:
    """Masthead, a hairline, the label and the headline, which takes the room that is left."""
    left, right = column
    is_rtl = article.direction == "rtl"
    start = right if is_rtl else left
    name = settings.PRO_NAME if article.access == Access.PRODUCT else settings.SITE_NAME
    masthead = fit(name, SERIF, (right - left, 60), range(44, 19, -2), is_rtl=False, leading=1.2)
    masthead_at = right - masthead.setting.width(masthead.lines[0]) if is_rtl else left
    masthead.setting.draw(draw, (masthead_at, MARGIN + 36), masthead.lines[0], colours.accent)
    draw.line([(left, MARGIN + 66), (right, MARGIN + 66)], fill=colours.rule, width=2)
    top = MARGIN + 92
    if label := _capitals(_label(article), article.language):
        Setting(SANS, 24, is_rtl, tracking=2.0).draw(draw, (start, top + 24), label, colours.accent)
        top += 52
    leading = 1.36 if is_rtl else 1.12
    largest = 96 if right - left > 700 else 64
    box = (right - left, height - top - MARGIN)
    headline = fit(article.headline, SERIF, box, range(largest, 29, -4), is_rtl=is_rtl, leading=leading)
    step = headline.setting.size * leading
    for number, line in enumerate(headline.lines):
        headline.setting.draw(draw, (start, top + step * number + headline.setting.size), line, colours.ink)


def _label(article: Article) -> str:
    return article.format.name_in(article.language) if article.format else ""


def _capitals(label: str, language: str) -> str:
    """In Turkish the capital of i keeps its dot."""
    return (label.replace("i", "İ").replace("ı", "I") if language == "tr" else label).upper()


def _lead(article: Article) -> Image.Image | None:
    """The lead picture; ``None`` where there is none or its file cannot be read."""
    if article.lead_picture is None:
        return None
    try:
        with article.lead_picture.file.open("rb") as file:
            image = Image.open(io.BytesIO(file.read()))
            image.load()
            return on_white(image)
    except (OSError, ValueError, SyntaxError):
        logger.warning("A lead picture cannot be read.", extra={"article": str(article.public_id)})
        return None


def _cropped(image: Image.Image, size: tuple[int, int], article: Article, *, may_grow: bool = True) -> Image.Image:
    """The largest part in the shape of ``size`` that holds the point of interest as near its middle as it can."""
    width, height = size
    part = min(image.width / width, image.height / height)
    x, y = focus_of(article.lead_picture) if article.lead_picture else (0.5, 0.5)
    left = min(max(x * image.width - width * part / 2, 0), image.width - width * part)
    top = min(max(y * image.height - height * part / 2, 0), image.height - height * part)
    scale = 1.0 if may_grow else min(1.0, part)
    wanted = (max(1, round(width * scale)), max(1, round(height * scale)))
    box = (left, top, left + width * part, top + height * part)
    return image.resize(wanted, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: whoever asks meanwhile never gets half a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.stem}.{uuid4().hex}.new")
    try:
        fresh.write_bytes(content)
        os.replace(fresh, path)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()
