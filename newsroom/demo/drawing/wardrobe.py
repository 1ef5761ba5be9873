"""Shoulders and what is worn on them, in face coordinates (see ``modelling``)."""

from __future__ import annotations

import math

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene
from newsroom.demo.drawing.light import RGB, mix, times
from newsroom.demo.drawing.modelling import form, mirrored, shade, strokes
from newsroom.demo.drawing.sitters import Sitter

CLOTH: dict[str, RGB] = {
    "tie": (54, 66, 88),
    "collar": (206, 216, 224),
    "linen": (216, 202, 176),
    "wool": (96, 84, 76),
    "turtleneck": (52, 58, 66),
    "scarf": (62, 58, 66),
    "headscarf": (206, 196, 184),
}
# What comes in several colours, so that colleagues do not all dress alike.
DYES: dict[str, tuple[RGB, ...]] = {
    "blazer": ((46, 52, 70), (62, 60, 64), (44, 66, 62), (84, 58, 60)),
    "blouse": ((150, 72, 66), (52, 92, 104), (178, 132, 74), (96, 74, 112)),
}
SHIRT: RGB = (238, 238, 234)
GREEN: RGB = (58, 112, 86)


def dress(scene: Scene, sitter: Sitter) -> Image.Image:
    """Draw the shoulders in their clothes; returns the mask of the garment."""
    clothes = "headscarf" if sitter.style == "headscarf" else sitter.clothes
    colour = DYES[clothes][sitter.dye] if clothes in DYES else CLOTH[clothes]
    broad = 1.0 if not sitter.woman else 0.88
    half: list[Point] = [
        (0, 208),
        (52 * broad, 206),
        (104 * broad, 226),
        (196 * broad, 254),
        (272 * broad, 296),
        (318 * broad, 384),
        (342 * broad, 520),
        (0, 520),
    ]
    body = form(scene, mirrored(half), colour, 1.15)
    _folds(scene, body, colour)
    if clothes in ("tie", "blazer", "linen", "wool"):
        _jacket(scene, body, sitter, colour, broad, clothes)
    elif clothes == "collar":
        _open_shirt(scene, sitter, colour)
    elif clothes == "scarf":
        _jacket(scene, body, sitter, colour, broad, clothes)
    elif clothes == "blouse":
        _neckline(scene, sitter, body)
    return body


def _folds(scene: Scene, body: Image.Image, colour: RGB) -> None:
    dark = times(colour, (150, 146, 156))
    lines: list[list[Point]] = [[(side * 214, 286), (side * 206, 370), (side * 216, 500)] for side in (-1, 1)]
    strokes(scene, lines, dark, 5, body, 0.5)
    shade(scene, [(120, 236), (330, 320), (350, 520), (150, 520)], body, dark, 0.34, 40)


def _jacket(scene: Scene, body: Image.Image, sitter: Sitter, colour: RGB, broad: float, clothes: str) -> None:
    """Shirt front, collar, lapels; a tie where one is worn."""
    shirt = SHIRT if not sitter.woman else mix(SHIRT, (206, 190, 180), 0.35)
    if clothes == "wool":
        shirt = (120, 132, 138)
    form(scene, [(-54, 196), (54, 196), (62, 300), (0, 470), (-62, 300)], shirt, 0.7, curved=False)
    if sitter.woman:
        _skin_v(scene, sitter, 262)
    else:
        for side in (-1, 1):
            form(
                scene,
                [(side * 50, 176), (side * 62, 224), (side * 28, 262), (0, 226)],
                mix(shirt, (255, 255, 255), 0.4),
                0.5,
                curved=False,
            )
    if clothes == "tie":
        form(scene, [(-17, 232), (17, 232), (12, 258), (-12, 258)], (134, 44, 48), 0.9, curved=False)
        form(scene, [(-12, 258), (12, 258), (26, 440), (0, 478), (-26, 440)], (150, 52, 54), 0.9, curved=False)
    lapel, edge = mix(colour, (255, 255, 255), 0.07), times(colour, (140, 136, 146))
    for side in (-1, 1):
        shape: list[Point] = [
            (side * 58 * broad, 204),
            (side * 100 * broad, 226),
            (side * 124, 300),
            (side * 94, 312),
            (side * 104, 336),
            (side * 12, 500),
            (side * 2, 500),
            (side * 40, 330),
        ]
        under = [(x + 7, y + 8) for x, y in shape]
        shade(scene, under, body, edge, 0.5, 7)
        mask = form(scene, shape, lapel, 0.9, curved=False)
        strokes(
            scene, [[(side * 124, 300), (side * 94, 312), (side * 104, 336), (side * 12, 500)]], edge, 2.4, mask, 0.8
        )
    if clothes in ("wool", "linen"):
        _weave(scene, body, colour, 0.2 if clothes == "wool" else 0.12)
    if clothes == "scarf":
        _scarf(scene)


def _skin_v(scene: Scene, sitter: Sitter, depth: float) -> None:
    form(scene, [(-50, 190), (50, 190), (42, 226), (0, depth), (-42, 226)], sitter.skin, 0.9, curved=False)


def _open_shirt(scene: Scene, sitter: Sitter, colour: RGB) -> None:
    form(scene, [(-48, 190), (48, 190), (36, 240), (0, 300), (-36, 240)], sitter.skin, 0.9, curved=False)
    edge = times(colour, (170, 170, 180))
    for side in (-1, 1):
        shape: list[Point] = [
            (side * 46, 172),
            (side * 74, 216),
            (side * 70, 262),
            (side * 34, 296),
            (side * 4, 300),
            (side * 34, 238),
        ]
        under = [(x + 6, y + 9) for x, y in shape]
        placket = form(scene, under, edge, 0.3, curved=False)
        strokes(scene, [[(side * 70, 262), (side * 34, 296)]], edge, 2, placket, 0.4)
        form(scene, shape, mix(colour, (255, 255, 255), 0.3), 0.8, curved=False)
    body = scene.mask(lambda pen: pen.rect(380, 600, 420, 800, 255), 0, (380, 600, 420, 800))
    strokes(scene, [[(0, 302), (0, 400), (0, 500)]], edge, 2.2, body, 0.9)
    with scene.pen() as pen:
        for y in (668, 736):
            pen.ellipse(406, y, 4.5, 4.5, edge)


def turtleneck(scene: Scene) -> None:
    """A rolled collar; it goes on over the neck."""
    colour = CLOTH["turtleneck"]
    roll = form(
        scene,
        [(-66, 152), (-34, 166), (34, 166), (66, 152), (74, 200), (70, 246), (0, 268), (-70, 246), (-74, 200)],
        mix(colour, (255, 255, 255), 0.07),
        1.2,
    )
    ribs: list[list[Point]] = [[(x, 150), (x * 1.05, 200), (x * 1.0, 262)] for x in range(-64, 66, 9)]
    strokes(scene, ribs, times(colour, (140, 140, 150)), 2.0, roll, 0.6)
    strokes(scene, [[(-72, 200), (0, 216), (72, 200)]], times(colour, (120, 120, 130)), 3.0, roll, 0.6)


def _neckline(scene: Scene, sitter: Sitter, body: Image.Image) -> None:
    neck = form(
        scene, [(-46, 196), (46, 196), (60, 220), (40, 258), (0, 272), (-40, 258), (-60, 220)], sitter.skin, 0.9
    )
    strokes(
        scene,
        [[(-40, 232), (-14, 246), (0, 244)], [(40, 232), (14, 246), (0, 244)]],
        times(sitter.skin, (200, 150, 140)),
        3.0,
        neck,
        0.6,
    )
    strokes(scene, [[(-66, 212), (-46, 264), (0, 281), (46, 264), (66, 212)]], (255, 236, 220), 3.0, body, 0.35)


def _scarf(scene: Scene) -> None:
    """A soft scarf wound once, one end hanging."""
    end = form(
        scene, [(34, 236), (86, 244), (104, 380), (96, 500), (36, 500), (44, 380)], times(GREEN, (226, 230, 226)), 1.1
    )
    strokes(
        scene,
        [[(56, 250), (68, 370), (62, 500)], [(76, 250), (90, 370), (82, 500)]],
        times(GREEN, (140, 150, 140)),
        3,
        end,
        0.6,
    )
    loop = form(
        scene,
        [
            (-96, 190),
            (-52, 166),
            (0, 190),
            (52, 166),
            (96, 190),
            (104, 232),
            (70, 268),
            (0, 286),
            (-70, 268),
            (-104, 232),
        ],
        GREEN,
        1.2,
    )
    folds: list[list[Point]] = [
        [(-100, 200 + 15 * k), (-30, 232 + 13 * k), (40, 232 + 12 * k), (100, 198 + 15 * k)] for k in range(4)
    ]
    strokes(scene, folds, times(GREEN, (134, 146, 136)), 4, loop, 0.6)
    strokes(scene, [[(x, y - 6) for x, y in line] for line in folds], mix(GREEN, (255, 255, 255), 0.4), 2, loop, 0.4)


def _weave(scene: Scene, body: Image.Image, colour: RGB, strength: float) -> None:
    """The tooth of tweed or linen."""
    lines: list[list[Point]] = [[(x, 200), (x + 40 * math.sin(x), 360), (x, 520)] for x in range(-350, 350, 7)]
    strokes(scene, lines, mix(colour, (255, 255, 255), 0.5), 1.2, body, strength)
    strokes(
        scene,
        [[(x - 120, 200), (x, 360), (x + 120, 520)] for x in range(-470, 470, 12)],
        times(colour, (150, 146, 140)),
        1.4,
        body,
        strength,
    )
