"""People seen from afar: a few strokes that read as someone walking."""

from __future__ import annotations

from random import Random

from newsroom.demo.drawing.canvas import Pen
from newsroom.demo.drawing.light import RGB, mix


def walker(
    pen: Pen,
    rng: Random,
    x: float,
    foot: float,
    tall: float,
    cloth: RGB,
    skin: RGB = (150, 108, 84),
    robe: bool = False,
) -> None:
    """Someone ``tall`` pixels high walking across the view; with ``robe`` in a long garment."""
    facing = rng.choice((-1, 1))
    stride = tall * rng.uniform(0.05, 0.1)
    hip, shoulder, dark = foot - tall * 0.47, foot - tall * 0.82, mix(cloth, (20, 18, 22), 0.45)
    if robe:
        waist = [(x + tall * 0.09, hip), (x + tall * 0.115, foot - tall * 0.03)]
        waist += [(x - tall * 0.105, foot - tall * 0.03), (x - tall * 0.085, hip)]
        pen.polygon([(x - tall * 0.075, shoulder + 1), (x + tall * 0.075, shoulder + 1), *waist], cloth)
        pen.rect(x - tall * 0.06, foot - tall * 0.03, x - tall * 0.01, foot, dark)
        pen.rect(x + tall * 0.02, foot - tall * 0.03, x + tall * 0.07, foot, dark)
    else:
        _legs(pen, x, (foot, hip), tall, facing, stride, (mix(dark, cloth, 0.25), dark))
        hem = hip + tall * 0.05
        coat = [(x - tall * 0.08, shoulder + 1), (x + tall * 0.08, shoulder + 1), (x + tall * 0.075, hem)]
        pen.polygon([*coat, (x - tall * 0.075, hem)], cloth)
    pen.ellipse(x, shoulder + tall * 0.025, tall * 0.088, tall * 0.04, cloth)
    for side in (-1, 1):
        hand = (x + side * tall * (0.09 + rng.uniform(0, 0.04)), hip + tall * 0.03)
        arm = [(x + side * tall * 0.078, shoulder + tall * 0.04), (x + side * tall * 0.1, shoulder + tall * 0.2), hand]
        pen.line(arm, mix(cloth, dark, 0.4 if side > 0 else 0.1), max(1.0, tall * 0.04))
    _head(pen, x, shoulder, tall, facing, skin, mix(cloth, (240, 236, 228), 0.35) if robe else None)


def _legs(
    pen: Pen, x: float, heights: tuple[float, float], tall: float, facing: int, stride: float, tones: tuple[RGB, RGB]
) -> None:
    foot, hip = heights
    for side, tone in zip((-1, 1), tones, strict=True):
        ankle = (x + side * stride, foot - tall * 0.02)
        pen.line([(x, hip), (x + side * stride * 0.6, foot - tall * 0.25), ankle], tone, max(1.0, tall * 0.058))
        pen.line([(ankle[0], foot - 1), (ankle[0] + facing * tall * 0.045, foot - 1)], tones[1], max(1.0, tall * 0.03))


def _head(pen: Pen, x: float, shoulder: float, tall: float, facing: int, skin: RGB, cloth: RGB | None) -> None:
    """Bare-headed, or covered in ``cloth``."""
    middle = shoulder - tall * 0.085
    pen.rect(x - tall * 0.022, shoulder - tall * 0.04, x + tall * 0.022, shoulder + tall * 0.02, skin)
    pen.ellipse(x + facing * tall * 0.006, middle, tall * 0.046, tall * 0.06, skin)
    if cloth is None:
        pen.ellipse(x - facing * tall * 0.012, middle - tall * 0.02, tall * 0.046, tall * 0.045, (34, 26, 24))
    else:
        pen.ellipse(x - facing * tall * 0.012, middle, tall * 0.056, tall * 0.074, cloth)
        pen.ellipse(x + facing * tall * 0.026, middle + tall * 0.005, tall * 0.026, tall * 0.042, skin)
