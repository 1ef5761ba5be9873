"""Ships and boats, side on, floating at a given waterline."""

from __future__ import annotations

import math

from newsroom.demo.drawing.canvas import Pen, Scene
from newsroom.demo.drawing.light import RGB, alpha, mix

BOXES: tuple[RGB, ...] = (
    (168, 62, 48), (52, 92, 128), (196, 142, 66), (70, 112, 96), (188, 188, 180), (110, 74, 60), (214, 120, 58),
    (46, 62, 84),
)  # fmt: skip


def _hull(
    pen: Pen, x: float, y: float, length: float, height: float, colour: RGB, boot: RGB, rake: float = 0.06
) -> None:
    """A hull from stern at x to bow at x + length, its deck ``height`` above the waterline y."""
    pen.polygon([
        (x + length * 0.012, y), (x, y - height * 0.92), (x + length * 0.03, y - height),
        (x + length * 0.86, y - height),
        (x + length * 0.93, y - height * 1.22), (x + length, y - height * 1.32), (x + length * (1 - rake), y),
    ], colour)  # fmt: skip
    pen.polygon([
        (x + length * 0.012, y), (x + length * 0.008, y - height * 0.2),
        (x + length * (1 - rake * 0.84), y - height * 0.2),
        (x + length * (1 - rake), y),
    ], boot)  # fmt: skip


def _bridge(scene: Scene, pen: Pen, x: float, y: float, width: float, height: float, depth: float, sun: float) -> None:
    light = scene.light
    white, shade = light.see((236, 234, 226), sun, depth), light.see((236, 234, 226), sun * 0.2, depth)
    dark = light.see((44, 54, 64), 0.3, depth)
    levels = 5
    for level in range(levels):
        inset = width * 0.03 * level
        top = y - height * (level + 1) / levels
        pen.rect(x + inset, top, x + width - inset, y - height * level / levels, white)
        pen.rect(x + width * 0.7, top, x + width - inset, y - height * level / levels, shade)
        pen.rect(x + inset + 1, top + height * 0.06, x + width * 0.96 - inset, top + height * 0.11, dark)
        if light.lamps_on:
            pen.rect(x + width * 0.2, top + height * 0.06, x + width * 0.34, top + height * 0.11, light.lamp)
    pen.rect(x - width * 0.14, y - height * 1.02, x + width * 1.14, y - height * 0.94, white)
    pen.line([(x + width * 0.5, y - height), (x + width * 0.5, y - height * 1.4)], shade, max(0.8, width * 0.04))
    pen.polygon([(x + width * 0.02, y - height), (x + width * 0.28, y - height),
    (x + width * 0.26, y - height * 1.28), (x + width * 0.06, y - height * 1.28)],
                light.see((176, 72, 52), sun, depth))  # fmt: skip


def bulk_carrier(
    scene: Scene,
    pen: Pen,
    x: float,
    y: float,
    length: float,
    depth: float = 0.0,
    hull: RGB = (120, 48, 42),
    sun: float = 0.7,
) -> None:
    light, height = scene.light, length * 0.085
    _hull(pen, x, y, length, height, light.see(hull, sun, depth), light.see(mix(hull, (30, 20, 20), 0.5), sun, depth))
    deck = y - height
    for index in range(5):
        left = x + length * (0.22 + index * 0.125)
        pen.rect(left, deck - height * 0.2, left + length * 0.085, deck, light.see((150, 92, 70), sun, depth))
    for index in range(4):
        base = x + length * (0.318 + index * 0.125)
        mast = light.see((214, 186, 120), sun, depth)
        pen.line([(base, deck), (base, deck - height * 1.15)], mast, max(1, length * 0.006))
        pen.line(
            [(base, deck - height * 1.1), (base + length * 0.075, deck - height * 0.75)], mast, max(0.8, length * 0.004)
        )
    _bridge(scene, pen, x + length * 0.05, deck, length * 0.11, height * 1.7, depth, sun)


def container_ship(
    scene: Scene,
    pen: Pen,
    x: float,
    y: float,
    length: float,
    depth: float = 0.0,
    hull: RGB = (40, 60, 84),
    sun: float = 0.7,
) -> None:
    rng, light, height = scene.rng, scene.light, length * 0.075
    _hull(pen, x, y, length, height, light.see(hull, sun, depth), light.see((118, 44, 40), sun, depth))
    deck, size = y - height, length * 0.032
    for bay in range(18):
        left = x + length * 0.2 + bay * length * 0.04
        for row in range(rng.randint(2, 5) if 1 < bay < 16 else 2):
            tone = light.see(rng.choice(BOXES), sun * rng.uniform(0.7, 1), depth)
            pen.rect(left, deck - size * 0.44 * (row + 1), left + length * 0.037, deck - size * 0.44 * row - 0.6, tone)
    _bridge(scene, pen, x + length * 0.08, deck, length * 0.08, height * 2.1, depth, sun)


def gas_carrier(
    scene: Scene,
    pen: Pen,
    x: float,
    y: float,
    length: float,
    depth: float = 0.0,
    sun: float = 0.45,
    hull: RGB = (52, 66, 96),
) -> None:
    """Four spherical tanks above a deep hull."""
    light, height = scene.light, length * 0.09
    deck, radius = y - height, length * 0.073
    cover, dark = light.see((226, 220, 208), sun, depth), light.see((226, 220, 208), 0.0, depth)
    for index in range(4):
        cx = x + length * (0.31 + index * 0.163)
        for ring in range(16):
            share = ring / 15
            pen.ellipse(cx + radius * 0.28 * share, deck - radius * (0.28 + 0.2 * share), radius * (1 - share * 0.62),
            radius * (1 - share * 0.62),
                        mix(dark, cover, share**0.8))  # fmt: skip
        pen.rect(cx - radius * 0.14, deck - radius * 1.42, cx + radius * 0.14, deck - radius * 1.2, dark)
    pipe = light.see((206, 170, 110), sun * 0.8, depth)
    pen.line(
        [(x + length * 0.23, deck - radius * 1.34), (x + length * 0.88, deck - radius * 1.34)],
        pipe,
        max(1, length * 0.004),
    )
    _hull(pen, x, y, length, height, light.see(hull, sun, depth), light.see((120, 52, 46), sun, depth))
    _bridge(scene, pen, x + length * 0.07, deck, length * 0.12, height * 2.0, depth, sun)


def ferry(scene: Scene, pen: Pen, x: float, y: float, length: float, depth: float = 0.0, sun: float = 0.5) -> None:
    """A double-ended passenger ferry with one funnel."""
    light, height = scene.light, length * 0.09
    white, dark = light.see((240, 236, 224), sun, depth), light.see((46, 52, 60), 0.2, depth)
    pen.polygon(
        [(x + length * 0.05, y), (x, y - height), (x + length, y - height * 1.05), (x + length * 0.94, y)],
        light.see((38, 44, 56), sun, depth),
    )
    pen.polygon(
        [
            (x + length * 0.01, y - height * 0.9),
            (x, y - height * 1.15),
            (x + length, y - height * 1.2),
            (x + length * 0.985, y - height * 0.9),
        ],
        white,
    )
    glow = light.lamp if light.lamps_on else dark
    for level, (left, right) in enumerate(((0.08, 0.93), (0.14, 0.86))):
        base = y - height * (1.15 + level * 0.85)
        pen.rect(x + length * left, base - height * 0.85, x + length * right, base, white)
        count = max(6, round(length / 9))
        for k in range(count):
            wx = x + length * (left + 0.02) + k * length * (right - left - 0.03) / count
            pen.rect(wx, base - height * 0.62, wx + length * (right - left) / count * 0.62, base - height * 0.2, glow)
    top = y - height * 2.85
    pen.rect(x + length * 0.66, top - height * 0.6, x + length * 0.74, top, white)
    pen.polygon([(x + length * 0.42, top), (x + length * 0.51, top), (x + length * 0.49, top - height * 1.15),
    (x + length * 0.43, top - height * 1.15)],
                light.see((200, 164, 70), sun, depth))  # fmt: skip
    pen.rect(x + length * 0.428, top - height * 1.15, x + length * 0.492, top - height * 0.9, dark)
    pen.line([(x + length * 0.2, top), (x + length * 0.2, top - height * 1.2)], dark, max(0.7, length * 0.005))


def wake(scene: Scene, pen: Pen, x: float, y: float, length: float, opacity: float = 0.5) -> None:
    """Foam trailing to the left of a vessel whose stern is at x."""
    rng = scene.rng
    foam = mix(scene.light.sky[-1][1], (255, 255, 255), 0.5)
    for step in range(26):
        t = step / 26
        pen.ellipse(
            x - length * t + rng.uniform(-3, 3),
            y + rng.uniform(-1, 2) * (1 + 3 * t),
            length * 0.045 * (1 - t * 0.4),
            1.4,
            alpha(foam, opacity * (1 - t)),
        )


def felucca(scene: Scene, pen: Pen, x: float, y: float, size: float, depth: float = 0.0, sun: float = 0.8) -> None:
    """A river boat under one tall lateen sail, ``size`` from water to peak."""
    light, rng = scene.light, scene.rng
    wood = light.see((92, 64, 48), sun * 0.6, depth)
    cloth, fold = light.see((246, 240, 226), sun, depth), light.see((246, 240, 226), sun * 0.45, depth)
    side = rng.choice((-1, 1))
    foot, peak = (x + side * size * 0.3, y - size * 0.12), (x - side * size * 0.2, y - size)
    clew = (x - side * size * 0.26, y - size * 0.13)
    belly = [
        (
            clew[0] + (peak[0] - clew[0]) * t - side * size * 0.09 * math.sin(math.pi * t),
            clew[1] + (peak[1] - clew[1]) * t,
        )
        for t in (k / 10 for k in range(11))
    ]
    pen.polygon([foot, *belly], cloth)
    pen.polygon(
        [
            *belly[2:],
            (peak[0] * 0.75 + foot[0] * 0.25, peak[1] * 0.75 + foot[1] * 0.25),
            (clew[0] * 0.86 + foot[0] * 0.14, clew[1]),
        ],
        fold,
    )
    pen.line([foot, peak], wood, max(0.9, size * 0.012))
    pen.line(
        [(x + side * size * 0.05, y - size * 0.05), (x + side * size * 0.05, y - size * 0.62)],
        wood,
        max(0.9, size * 0.014),
    )
    pen.polygon(
        [
            (x - size * 0.36, y - size * 0.07),
            (x - size * 0.28, y),
            (x + size * 0.28, y),
            (x + size * 0.38, y - size * 0.1),
            (x, y - size * 0.05),
        ],
        wood,
    )
    pen.line(
        [(x - size * 0.36, y - size * 0.07), (x, y - size * 0.052), (x + size * 0.38, y - size * 0.1)],
        fold,
        max(0.8, size * 0.008),
    )


def dhow(scene: Scene, pen: Pen, x: float, y: float, length: float, depth: float = 0.0) -> None:
    """A moored wooden trader: high stern on the left, raked stem, bare mast, an awning with a lamp."""
    light = scene.light
    wood, rail = light.see((122, 84, 56), 0.4, depth), light.see((176, 130, 84), 0.6, depth)
    pen.polygon([
        (x + length * 0.04, y), (x, y - length * 0.2), (x + length * 0.2, y - length * 0.17),
        (x + length * 0.55, y - length * 0.1),
        (x + length * 0.86, y - length * 0.14), (x + length * 1.04, y - length * 0.24), (x + length * 0.84, y),
    ], wood)  # fmt: skip
    pen.line([(x, y - length * 0.2), (x + length * 0.2, y - length * 0.17), (x + length * 0.55, y - length * 0.1),
              (x + length * 0.86, y - length * 0.14),
              (x + length * 1.04, y - length * 0.24)], rail, max(1, length * 0.012))  # fmt: skip
    pen.rect(
        x + length * 0.04,
        y - length * 0.33,
        x + length * 0.27,
        y - length * 0.18,
        light.see((206, 190, 160), 0.5, depth),
    )
    for k in range(3):
        pen.rect(
            x + length * (0.06 + 0.07 * k),
            y - length * 0.29,
            x + length * (0.1 + 0.07 * k),
            y - length * 0.23,
            light.lamp if light.lamps_on else wood,
        )
    pen.polygon(
        [
            (x + length * 0.02, y - length * 0.33),
            (x + length * 0.3, y - length * 0.33),
            (x + length * 0.28, y - length * 0.37),
            (x + length * 0.05, y - length * 0.37),
        ],
        rail,
    )
    mast = (x + length * 0.56, y - length * 0.72)
    pen.line([(x + length * 0.53, y - length * 0.1), mast], wood, max(1, length * 0.016))
    pen.line(
        [(x + length * 0.2, y - length * 0.42), (x + length * 0.96, y - length * 0.66)], rail, max(1, length * 0.011)
    )
    for end in (0.04, 1.02):
        pen.line([mast, (x + length * end, y - length * 0.22)], alpha(wood, 0.8), max(0.6, length * 0.004))
