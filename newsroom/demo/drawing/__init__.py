"""Draws the demo publication's pictures, with Pillow alone and the same way every time.

``scenes`` holds one module per family of pictures; what they share (sky, land, water, buildings, ships, people) lies
beside it. ``python -m newsroom.demo.drawing OUT_DIR [slug…]`` writes them as files.
"""

from __future__ import annotations

from newsroom.demo.drawing.gallery import draw
from newsroom.demo.drawing.specs import PALETTES, PictureError, PictureSpec, Place, load_specs

__all__ = ["PALETTES", "PictureError", "PictureSpec", "Place", "draw", "load_specs"]
