"""The paper's own type, for maps and the icon: the vendored web fonts where present, Pillow's own sans where not."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts"
FILES = {
    "sans": "inter/latin.woff2",
    "serif": "source-serif-4/latin.woff2",
    "italic": "source-serif-4/latin-italic.woff2",
}

Face = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=32)
def face(family: str, size: int, weight: int = 400) -> Face:
    """A face at ``size`` pixels: ``sans``, ``serif`` or ``italic``, 400–650 heavy."""
    try:
        font = ImageFont.truetype(str(FONTS / FILES[family]), size)
    except OSError:
        return ImageFont.load_default(size)
    try:
        axes = font.get_variation_axes()
    except OSError:
        return font  # The italic has one weight.
    wanted = {"Weight": weight, "Optical Size": min(60, max(8, size // 2))}
    font.set_variation_by_axes([_held(axis, wanted) for axis in axes])
    return font


def _held(axis: ImageFont.Axis, wanted: dict[str, int]) -> float:
    name = (axis["name"] or b"").decode()
    value = wanted.get(name, axis["default"] or 0)
    return max(axis["minimum"] or 0, min(axis["maximum"] or value, value))


def spaced(text: str) -> str:
    """Letter-spaced capitals, as country names are set."""
    return "\u200a".join(text.upper())
