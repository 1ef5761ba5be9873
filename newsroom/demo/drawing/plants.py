"""Trees and scrub, from a few strokes each."""

from __future__ import annotations

import math
from itertools import pairwise

from newsroom.demo.drawing.canvas import Pen, Point, Scene
from newsroom.demo.drawing.light import RGB, mix

PALM_GREEN: RGB = (72, 92, 52)
OLIVE_GREEN: RGB = (118, 128, 92)
CEDAR_GREEN: RGB = (38, 62, 50)


def palm(scene: Scene, pen: Pen, x: float, base: float, height: float, depth: float = 0.0, sun: float = 0.4) -> None:
    """A date palm whose trunk stands at (x, base)."""
    rng, light = scene.rng, scene.light
    trunk, frond = light.see((112, 88, 64), sun, depth), light.see(PALM_GREEN, sun, depth)
    dark = light.see(PALM_GREEN, 0.0, depth)
    lean = rng.uniform(-0.09, 0.09) * height
    spine = [(x + lean * (t / 8) ** 2, base - height * 0.78 * t / 8) for t in range(9)]
    for (x0, y0), (x1, y1) in pairwise(spine):
        pen.line([(x0, y0), (x1, y1)], trunk, max(0.8, height * 0.03))
    top_x, top_y = spine[-1]
    for index in range(17):
        angle = math.pi * (index / 16 * 1.5 - 0.25) + rng.uniform(-0.1, 0.1)
        reach = height * rng.uniform(0.26, 0.38)
        _frond(pen, (top_x, top_y), angle, reach, dark if index % 3 == 0 else frond, height * 0.010)


def _frond(pen: Pen, root: Point, angle: float, reach: float, colour: RGB, width: float) -> None:
    """One leaf: an arching rib with leaflets hanging from both sides, longest in the middle."""
    count = max(7, min(34, round(reach / 5.5)))
    leaf = reach * 0.21
    side = 1 if math.cos(angle) >= 0 else -1
    rib: list[Point] = []
    for step in range(count + 1):
        t = step / count
        px = root[0] + math.cos(angle) * reach * t
        py = root[1] - math.sin(angle) * reach * t + reach * 0.62 * t * t
        rib.append((px, py))
        droop = leaf * (0.35 + 0.65 * math.sin(math.pi * min(1.0, t * 0.9 + 0.1)))
        slant = side * droop * 0.62
        pen.line([(px, py), (px + slant * 0.9, py + droop * 0.85)], colour, max(0.6, width * 0.36))
        pen.line([(px, py), (px + slant, py - droop * (0.28 - 0.6 * t))], colour, max(0.6, width * 0.36))
    pen.line(rib, colour, max(0.7, width))


def palm_grove(
    scene: Scene, pen: Pen, left: float, right: float, base: float, height: float, count: int, depth: float
) -> None:
    """A line of palms with the undergrowth that ties them together."""
    rng = scene.rng
    shade = scene.light.see(mix(PALM_GREEN, (40, 48, 34), 0.4), 0.15, depth)
    x = left
    while x < right:
        size = height * rng.uniform(0.08, 0.24)
        pen.ellipse(x, base - size * 0.3, size, size * 0.75, shade)
        x += size * 0.8
    for _ in range(count):
        palm(
            scene, pen, rng.uniform(left, right), base + rng.uniform(-2, 2), height * rng.uniform(0.6, 1.1), depth, 0.3
        )


def olive(
    scene: Scene, pen: Pen, x: float, base: float, height: float, depth: float = 0.0, from_left: bool = True
) -> None:
    """A round, silvery crown on a short twisted trunk."""
    light = scene.light
    wood = light.see((96, 82, 70), 0.3, depth)
    pen.polygon([
        (x - height * 0.09, base), (x - height * 0.035, base - height * 0.2), (x - height * 0.09, base - height * 0.46),
        (x + height * 0.1, base - height * 0.46), (x + height * 0.05, base - height * 0.2), (x + height * 0.1, base),
    ], wood)  # fmt: skip
    side = -1 if from_left else 1
    tufts = max(24, min(150, round(height * 1.3)))
    foliage(scene, pen, (x, base - height * 0.64), (height * 0.46, height * 0.34), tufts, OLIVE_GREEN, depth, side)


def foliage(
    scene: Scene, pen: Pen, centre: Point, radius: Point, tufts: int, colour: RGB, depth: float, side: int = -1,
) -> None:  # fmt: skip
    """A crown of leaves: dark below and away from the sun, bright where it strikes, ragged at the edge."""
    rng, light = scene.rng, scene.light
    spots = []
    for _ in range(tufts):
        angle, reach = rng.uniform(0, math.tau), rng.random() ** 0.45
        spots.append((math.cos(angle) * reach, math.sin(angle) * reach))
    spots.sort(key=lambda spot: -spot[1] * 0.9 + side * spot[0] * 0.6)
    size = (radius[0] * radius[1] / tufts) ** 0.5 * 1.25
    pen.ellipse(centre[0], centre[1], radius[0] * 0.72, radius[1] * 0.72, light.see(colour, 0.0, depth))
    for u, v in spots:
        lit = max(0.0, min(1.0, 0.42 + side * u * 0.4 - v * 0.5 + rng.uniform(-0.16, 0.16)))
        tone = light.see(mix(colour, (206, 210, 170), 0.25 * lit), lit, depth)
        grow = size * rng.uniform(0.6, 1.15)
        pen.ellipse(centre[0] + u * radius[0], centre[1] + v * radius[1], grow, grow * 0.72, tone)


def cedar(scene: Scene, pen: Pen, x: float, base: float, height: float, depth: float = 0.0) -> None:
    """Flat tiers of dark needles, the old mountain shape."""
    rng, light = scene.rng, scene.light
    colour, edge = light.see(CEDAR_GREEN, 0.1, depth), light.see(CEDAR_GREEN, 0.75, depth)
    pen.polygon([(x - height * 0.025, base), (x, base - height), (x + height * 0.025, base)], colour)
    tiers = 7
    for tier in range(tiers):
        t = tier / (tiers - 1)
        y = base - height * (0.2 + 0.78 * t)
        half = height * (0.36 * (1 - t) ** 0.8 + 0.05) * rng.uniform(0.8, 1.15)
        skew = rng.uniform(-0.12, 0.12) * half
        thick = height * 0.055
        pen.polygon([
            (x - half + skew, y + thick * 0.8), (x - half * 0.4, y - thick * 0.5), (x + skew, y - thick),
            (x + half * 0.5, y - thick * 0.5),
            (x + half + skew, y + thick * 0.9), (x + half * 0.3, y + thick * 0.5), (x - half * 0.4, y + thick * 0.7),
        ], colour)  # fmt: skip
        pen.line(
            [(x - half * 0.6 + skew, y - thick * 0.1), (x + skew, y - thick * 0.95)], edge, max(0.6, height * 0.006)
        )


def scrub(
    scene: Scene,
    pen: Pen,
    top: float,
    bottom: float,
    count: int,
    colour: RGB,
    size: float = 9.0,
    left: float = 0.0,
    right: float | None = None,
) -> None:
    """Low bushes over a plain, larger towards us."""
    rng = scene.rng
    end = scene.width if right is None else right
    for share in sorted(rng.random() ** 1.4 for _ in range(count)):
        y, radius = top + (bottom - top) * share, size * (0.15 + share) * rng.uniform(0.5, 1.2)
        x, depth = rng.uniform(left, end), 0.45 * (1 - share)
        pen.ellipse(x + radius * 0.5, y + radius * 0.25, radius * 1.5, radius * 0.35, (*scene.light.fill, 90))
        for _ in range(5):
            px, py = x + rng.uniform(-0.8, 0.8) * radius, y - rng.uniform(0, 0.6) * radius
            pen.ellipse(px, py, radius * 0.5, radius * 0.4, scene.light.see(colour, rng.uniform(0, 0.8), depth))


def reeds(
    scene: Scene, pen: Pen, left: float, right: float, base: float, height: float, count: int, depth: float = 0.0
) -> None:
    """Blades leaning over a bank."""
    rng = scene.rng
    for _ in range(count):
        x, tall = rng.uniform(left, right), height * rng.uniform(0.4, 1.0)
        lean = rng.uniform(-0.35, 0.35) * tall
        colour = scene.light.see((96, 104, 58), rng.uniform(0, 0.6), depth)
        pen.polygon([(x - 1.6, base + 3), (x + lean, base - tall), (x + 1.6, base + 3)], colour)
