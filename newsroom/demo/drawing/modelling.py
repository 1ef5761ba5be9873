"""Rounded forms for portraits: flat shapes given light from the left and shade on the right.

Points are in face coordinates: (0, 0) lies between the eyes, one unit is one pixel of the 800-pixel square.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops

from newsroom.demo.drawing.canvas import Box, Pen, Point, Scene, filled, gradient, scaled
from newsroom.demo.drawing.curves import through
from newsroom.demo.drawing.light import RGB, mix, times

CENTRE, EYES = 400.0, 322.0
SHADE: RGB = (150, 118, 128)


def place(points: Sequence[Point]) -> list[Point]:
    return [(CENTRE + x, EYES + y) for x, y in points]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A whole outline from its right half, given from the top down."""
    return [*half, *[(-x, y) for x, y in reversed(half) if x]]


def around(points: Sequence[Point], margin: float = 2.0) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def form(scene: Scene, outline: Sequence[Point], colour: RGB, relief: float = 1.0, curved: bool = True) -> Image.Image:
    """Fill an outline and model it from bright left to dim right; returns its mask."""
    points = place(through(outline, closed=True) if curved else outline)
    mask = scene.mask(filled(points), 0, around(points))
    model(scene, mask, colour, relief)
    return mask


def model(scene: Scene, mask: Image.Image, colour: RGB, relief: float = 1.0) -> None:
    box = mask.getbbox()
    if box is None:
        return
    width = box[2] - box[0]
    left = mix(colour, (255, 246, 230), 0.13 * relief)
    right = mix(times(colour, SHADE), colour, 1 - min(1.0, 0.62 * relief))
    stops = ((0.0, left), (0.3, left), (0.62, colour), (1.0, right))
    across = gradient((box[3] - box[1], width), stops).transpose(Image.Transpose.TRANSPOSE)
    scene.image.paste(across, box[:2], mask.crop(box))


def shade(
    scene: Scene, outline: Sequence[Point], within: Image.Image, colour: RGB, strength: float = 0.5, blur: float = 10.0
) -> None:
    """A soft-edged patch of ``colour`` inside a mask: a cast shadow, a blush, a highlight."""
    points = place(through(outline, closed=True))
    patch = scene.mask(filled(points), blur, around(points, blur * 3))
    scene.tint(scaled(ImageChops.multiply(patch, within), strength), colour)


def strokes(
    scene: Scene,
    lines: Sequence[Sequence[Point]],
    colour: RGB,
    width: float,
    within: Image.Image,
    strength: float = 0.5,
) -> None:
    """Many soft strokes inside a mask: strands, folds, weave."""

    curves = [place(through(line)) for line in lines]

    def draw(pen: Pen) -> None:
        for curve in curves:
            pen.line(curve, 255, width)

    box = around([point for curve in curves for point in curve], width + 2)
    scene.tint(scaled(ImageChops.multiply(scene.mask(draw, 0.6, box), within), strength), colour)


def shadow_of(skin: RGB) -> RGB:
    """Skin out of the light: darker and a little redder."""
    return times(skin, (206, 150, 140), 0.86)


def form_mask(scene: Scene, outline: Sequence[Point]) -> Image.Image:
    """The mask of a rounded outline, with nothing drawn yet."""
    points = place(through(outline, closed=True))
    return scene.mask(filled(points), 0, around(points))
