"""Cut paper: flat shapes with a soft shadow beneath and a fibre in the sheet, for pictures of ideas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops

from newsroom.demo.drawing.canvas import Pen, Point, Scene, gradient, scaled, soften
from newsroom.demo.drawing.light import RGB, mix
from newsroom.demo.drawing.noise import BICUBIC, cloudy, contrast, white

CREAM: RGB = (243, 234, 217)
INK: RGB = (28, 34, 48)
TERRACOTTA: RGB = (196, 88, 58)
SAFFRON: RGB = (230, 164, 70)
TEAL: RGB = (32, 96, 108)
ROSE: RGB = (214, 140, 122)


def backing(scene: Scene, top: RGB, bottom: RGB) -> None:
    """The sheet everything is laid on."""
    scene.image.paste(gradient(scene.size, ((0.0, top), (1.0, bottom))), (0, 0))


def cut(
    scene: Scene, paint: Callable[[Pen], None], colour: RGB, lift: float = 10.0, lower: RGB | None = None,
    shadow: float = 0.42,
) -> None:  # fmt: skip
    """Lay a piece of paper shaped by ``paint``, graded to ``lower`` at its foot, ``lift`` pixels above the sheet."""
    mask = scene.mask(paint)
    box = mask.getbbox()
    if box is None:
        return
    margin = round(lift * 3)
    left, top = max(0, box[0] - margin), max(0, box[1] - margin)
    right, bottom = min(scene.width, box[2] + margin), min(scene.height, box[3] + margin)
    piece = mask.crop((left, top, right, bottom))
    cast = shifted(soften(piece, lift * 0.8), round(lift * 0.55), round(lift * 0.8))
    scene.image.paste((26, 16, 26), (left, top), scaled(cast, shadow))
    sheet = gradient((right - left, box[3] - box[1]), ((0.0, colour), (1.0, lower or mix(colour, (20, 18, 26), 0.16))))
    inner = mask.crop((left, box[1], right, box[3]))
    scene.image.paste(sheet, (left, box[1]), inner)
    lit = ImageChops.subtract(inner, shifted(inner, 2, 2))
    scene.image.paste(mix(colour, (255, 255, 255), 0.6), (left, box[1]), scaled(lit, 0.4))


def shifted(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    """The mask moved right and down; unlike an offset, nothing comes back in on the other side."""
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    return moved


def fibre(scene: Scene, strength: float = 0.22) -> None:
    """The tooth of the paper, over everything."""
    fine = white(scene.rng, (scene.width // 2, scene.height // 2)).resize(scene.size, BICUBIC)
    broad = cloudy(scene.rng, (scene.width // 2, scene.height // 2), (60, 40), 4, 0.7).resize(scene.size, BICUBIC)
    scene.texture(contrast(Image.blend(fine, broad, 0.5), 0.8), Image.new("L", scene.size, 255), strength)


def band(points: Sequence[Point], width: float | Callable[[float], float]) -> list[Point]:
    """The outline of a strip of ``width`` (a number, or a function of 0–1 along it) following ``points``."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(last, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        half = (width(index / last) if callable(width) else width) / 2
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return [*left, *reversed(right)]


def arc(centre: Point, radius: float, start: float, end: float, steps: int = 72) -> list[Point]:
    """Points along part of a circle; angles in degrees, clockwise from the right."""
    turns = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    return [(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns]
