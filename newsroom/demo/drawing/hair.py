"""Hair for portraits, in face coordinates (see ``modelling``)."""

from __future__ import annotations

import math
from random import Random

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene
from newsroom.demo.drawing.light import RGB, mix, times
from newsroom.demo.drawing.modelling import form, mirrored, shade, strokes
from newsroom.demo.drawing.sitters import Sitter

# The right half of what falls behind the neck, from the crown down.
BEHIND: dict[str, tuple[Point, ...]] = {
    "long": ((0, -182), (84, -166), (130, -92), (140, 10), (146, 120), (158, 210), (138, 262), (76, 268), (0, 240)),
    "wavy": (
        (0, -188),
        (96, -172),
        (146, -96),
        (150, -10),
        (168, 70),
        (158, 150),
        (178, 226),
        (150, 300),
        (84, 296),
        (0, 250),
    ),
    "bob": ((0, -184), (92, -170), (140, -92), (146, 10), (142, 96), (128, 142), (70, 150), (0, 140)),
    "curly": ((0, -196), (96, -182), (148, -112), (160, -20), (164, 70), (148, 140), (104, 176), (60, 170), (0, 150)),
    "tied": ((0, -178), (80, -164), (118, -96), (120, 0), (104, 66), (60, 90), (0, 90)),
    "plait": ((0, -178), (80, -164), (120, -96), (122, 0), (108, 70), (60, 96), (0, 96)),
    "short": ((0, -178), (78, -166), (116, -104), (120, -30), (112, 34), (80, 60), (0, 60)),
}


def back_hair(scene: Scene, sitter: Sitter) -> None:
    """What is seen behind the face and neck."""
    if sitter.style == "headscarf" or sitter.style not in BEHIND or (sitter.style == "short" and not sitter.woman):
        return
    dark = mix(times(sitter.hair, (200, 190, 200)), sitter.hair, 0.45)
    mask = form(scene, mirrored(BEHIND[sitter.style]), dark, 1.2)
    if sitter.style == "curly":
        _curls(scene, dark, 1.0, 70, 0)
    elif sitter.style in ("long", "wavy", "bob"):
        _strands(scene, sitter, mask, 0.26)
    if sitter.style == "tied":
        tail = [(58, 60), (118, 96), (150, 190), (138, 300), (104, 350), (84, 300), (92, 200), (56, 120)]
        strokes(
            scene,
            [[(70, 90), (112, 160), (112, 320)], [(84, 86), (128, 180), (120, 320)]],
            mix(sitter.hair, (255, 255, 255), 0.3),
            2.0,
            form(scene, tail, sitter.hair),
            0.35,
        )


def plait(scene: Scene, sitter: Sitter) -> None:
    """A plait brought forward over the shoulder."""
    for k in range(14, -1, -1):
        t = k / 14
        x, y, size = -96 - 24 * math.sin(t * 1.7), 100 + 27 * k, 44 - 17 * t
        side = 1 if k % 2 else -1
        lobe = [
            (x - side * size * 0.62, y - size * 0.34),
            (x + side * size * 0.3, y - size * 0.5),
            (x + side * size * 0.86, y + size * 0.1),
            (x + side * size * 0.34, y + size * 0.86),
            (x - side * size * 0.3, y + size * 0.5),
        ]
        mask = form(scene, lobe, mix(sitter.hair, (255, 240, 230), 0.1 if side < 0 else 0.05), 1.2)
        strand = [
            (x - side * size * 0.4, y - size * 0.2),
            (x + side * size * 0.4, y),
            (x + side * size * 0.4, y + size * 0.6),
        ]
        strokes(scene, [strand], mix(sitter.hair, (255, 240, 230), 0.4), 2.0, mask, 0.5)


# Hair lying on the head, seen from the front: from the left ear over the crown to the right, then the hairline back.
CAPS: dict[str, tuple[Point, ...]] = {
    "parted": (
        (-116, 26), (-124, -60), (-98, -148), (-40, -184), (30, -186), (100, -150), (126, -60), (116, 26), (108, -20),
        (100, -66), (72, -98),
        (24, -122), (-26, -138), (-40, -128), (-66, -98), (-94, -50), (-104, 0),
    ),
    "swept": (
        (-112, 10), (-118, -70), (-92, -152), (-24, -182), (44, -178), (98, -146), (120, -66), (112, 12), (104, -34),
        (96, -76), (74, -108),
        (20, -112), (-40, -122), (-84, -96), (-100, -50),
    ),
    "fringe": (
        (-132, 96), (-142, -30), (-112, -146), (-36, -188), (38, -188), (114, -146), (142, -30), (132, 96), (112, 90),
        (108, -10), (100, -46),
        (50, -56), (0, -52), (-50, -56), (-100, -46), (-108, -10), (-112, 90),
    ),
    "cropped": (
        (-106, -22), (-112, -84), (-84, -146), (-28, -172), (28, -172), (84, -146), (112, -84), (106, -22), (99, -52),
        (92, -92), (52, -118),
        (0, -122), (-52, -118), (-92, -92), (-99, -52),
    ),
    "thinning": (
        (-110, 6), (-118, -62), (-100, -132), (-62, -166), (-24, -174), (20, -176), (60, -166), (100, -134),
        (118, -62), (110, 6), (103, -40),
        (96, -92), (66, -140), (22, -152), (-18, -148), (-60, -142), (-95, -92), (-102, -40),
    ),
    "pixie": (
        (-118, 34), (-126, -50), (-104, -146), (-36, -188), (40, -190), (108, -150), (128, -56), (118, 36), (108, -6),
        (100, -56), (66, -92),
        (20, -80), (-36, -102), (-84, -84), (-102, -36),
    ),
}  # fmt: skip
CAP_OF: dict[str, str] = {
    "long": "parted", "wavy": "parted", "curly": "parted", "tied": "parted", "plait": "parted", "bob": "fringe",
    "cropped": "cropped", "thinning": "thinning",
}  # fmt: skip


def front_hair(scene: Scene, sitter: Sitter, face: Image.Image) -> None:
    """The hair on the brow and crown, with the shadow it casts on the forehead."""
    cap = CAP_OF.get(sitter.style, "pixie" if sitter.woman else "swept")
    outline = CAPS[cap]
    cast = [(x * 0.98 + 4, y + 13) for x, y in outline]
    shade(scene, cast, face, times(sitter.skin, (190, 130, 120)), 0.42, 7)
    mask = form(scene, outline, sitter.hair, 0.9)
    _shine(scene, sitter, mask)
    _strands(scene, sitter, mask, 0.3 if cap != "cropped" else 0.14)
    if sitter.style == "curly":
        _curls(scene, sitter.hair, 0.8, 44, 1)
    if sitter.style in ("long", "wavy"):
        _locks(scene, sitter)
    if sitter.style == "plait":
        plait(scene, sitter)


def _locks(scene: Scene, sitter: Sitter) -> None:
    """Hair falling in front of the shoulders on both sides."""
    wave = 15 if sitter.style == "wavy" else 4
    for side in (-1, 1):
        outer = [(side * (120 + wave * math.sin(k * 1.25) + k * 4.5), -70 + k * 46) for k in range(8)]
        inner = [(side * (100 - 2 * k + wave * math.sin(k * 1.25 + 0.5) * 0.7), -60 + k * 46) for k in range(8)]
        mask = form(
            scene,
            [*outer, (side * 118, 296), *reversed(inner)],
            mix(sitter.hair, (255, 240, 230), 0.05 if side < 0 else 0.0),
            0.8,
        )
        _strands(scene, sitter, mask, 0.3)


def _strands(scene: Scene, sitter: Sitter, mask: Image.Image, strength: float) -> None:
    rng = Random(f"strands {sitter.style}")
    light, dark = mix(sitter.hair, (255, 238, 220), 0.32), times(sitter.hair, (150, 140, 150))
    for tone, count in ((dark, 26), (light, 22)):
        lines: list[list[Point]] = []
        for _ in range(count):
            start = rng.uniform(-0.9, 0.9)
            spread = 128 * start
            lines.append(
                [
                    (14 * start - 10, -186),
                    (spread * 0.72, -150 + 34 * abs(start)),
                    (spread, -60),
                    (spread * 1.1, 60),
                    (spread * 1.16 + rng.uniform(-10, 10), 280),
                ]
            )
        strokes(scene, lines, tone, rng.uniform(1.4, 2.6), mask, strength)
    if sitter.streaked:
        silver: list[list[Point]] = []
        for k in range(5):
            silver.append(
                [(-8, -186), (-60 - 7 * k, -140), (-104 - 4 * k, -40), (-118 - 3 * k, 90), (-122 - 3 * k, 290)]
            )
        for k in range(4):
            silver.append([(4, -186), (50 + 9 * k, -146), (100 + 4 * k, -40), (118 + 3 * k, 120), (120 + 3 * k, 290)])
        strokes(scene, silver, (214, 216, 222), 4.5, mask, 0.7)


def _shine(scene: Scene, sitter: Sitter, mask: Image.Image) -> None:
    shade(
        scene,
        [(-92, -96), (-60, -146), (0, -158), (-10, -140), (-56, -122), (-82, -80)],
        mask,
        mix(sitter.hair, (255, 244, 230), 0.5),
        0.42,
        9,
    )


def _curls(scene: Scene, colour: RGB, size: float, count: int, seed: int) -> None:
    """Coils scattered over the outline of the hair."""
    rng = Random(seed)
    with scene.pen() as pen:
        for k in range(count):
            angle = math.pi * (0.88 + 1.24 * k / (count - 1)) if seed else math.pi * (0.62 + 1.76 * k / (count - 1))
            reach = rng.uniform(0.82, 1.04)
            x, y = 400 + math.cos(angle) * 150 * reach * size * 1.08, 312 + math.sin(angle) * 178 * reach * size * 1.12
            radius = rng.uniform(17, 29)
            lit = 0.16 if x < 400 else 0.03
            pen.ellipse(x, y, radius, radius, mix(colour, (255, 230, 210), lit * rng.random()))
            pen.ring(x - radius * 0.1, y - radius * 0.1, radius * 0.7, mix(colour, (255, 226, 200), 0.1 + lit), 2.2)
            pen.ring(x + radius * 0.1, y + radius * 0.1, radius * 0.4, times(colour, (170, 160, 165)), 2.0)
