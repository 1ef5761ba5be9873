"""Beards and moustaches for portraits, in face coordinates (see ``modelling``)."""

from __future__ import annotations

from random import Random

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene
from newsroom.demo.drawing.light import mix, times
from newsroom.demo.drawing.modelling import form, strokes
from newsroom.demo.drawing.sitters import Sitter


def whiskers(scene: Scene, sitter: Sitter, face: Image.Image) -> None:
    """Beard or moustache, denser at the jaw, with the lips left clear."""
    if sitter.beard == "moustache":
        _moustache(scene, sitter)
        return
    thick = sitter.beard == "full"
    drop = 20 if thick else 6
    beard = [
        (-107, 6), (-103, 70), (-92, 122), (-60, 162 + drop * 0.6), (0, 178 + drop), (60, 162 + drop * 0.6),
        (92, 122), (103, 70), (107, 6), (96, 34),
        (82, 66), (54, 76), (26, 70), (0, 74), (-26, 70), (-54, 76), (-82, 66), (-96, 34),
    ]  # fmt: skip
    mask = form(scene, beard, sitter.hair, 0.7)
    rng = Random("whiskers")
    lines: list[list[Point]] = [
        [(x, y := rng.uniform(30, 150)), (x + x * 0.02, y + 9), (x * 1.02, y + 19)]
        for x in (rng.uniform(-100, 100) for _ in range(170))
    ]
    strokes(scene, lines[:85], mix(sitter.hair, (255, 250, 244), 0.45), 1.2, mask, 0.45)
    strokes(scene, lines[85:], times(sitter.hair, (130, 126, 130)), 1.4, mask, 0.5)
    lips = [(-30, 98), (-14, 92), (0, 94), (14, 92), (30, 98), (16, 112), (0, 115), (-16, 112)]
    form(scene, lips, times(sitter.skin, (222, 156, 150)), 0.5)
    with scene.pen((360, 400, 440, 440)) as pen:
        pen.line([(371, 421), (388, 419), (400, 421), (412, 419), (429, 421)], times(sitter.skin, (130, 80, 80)), 2.4)
    if not thick:
        return
    _moustache(scene, sitter)


def _moustache(scene: Scene, sitter: Sitter) -> None:
    shape = [
        (0, 74),
        (22, 72),
        (44, 88),
        (54, 102),
        (30, 99),
        (10, 93),
        (0, 94),
        (-10, 93),
        (-30, 99),
        (-54, 102),
        (-44, 88),
        (-22, 72),
    ]
    mask = form(scene, shape, sitter.hair, 0.7)
    strokes(
        scene,
        [[(4 * s, 76), (24 * s, 84), (48 * s, 100)] for s in (-1, 1)]
        + [[(8 * s, 82), (26 * s, 90), (40 * s, 98)] for s in (-1, 1)],
        mix(sitter.hair, (255, 250, 240), 0.4),
        1.3,
        mask,
        0.5,
    )
