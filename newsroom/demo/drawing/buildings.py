"""Buildings: glass towers, masonry blocks, domes and minarets, arcades."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsroom.demo.drawing.canvas import Pen, Point, Scene
from newsroom.demo.drawing.light import RGB, alpha, mix

STONE: RGB = (226, 212, 186)
PLASTER: RGB = (236, 230, 218)
BRICK: RGB = (168, 112, 84)
GLASS: RGB = (108, 138, 158)


@dataclass(frozen=True)
class Facade:
    """How a front is made: its colour, its windows' size in pixels, and the share of them lit after dark."""

    colour: RGB = PLASTER
    window: tuple[float, float] = (5.0, 7.0)
    gap: tuple[float, float] = (5.0, 7.0)
    lit: float = 0.3
    glaze: RGB = (52, 66, 82)
    side: float = 0.28
    sun: float = 0.8


def block(
    scene: Scene, pen: Pen, x0: float, top: float, x1: float, base: float, facade: Facade, depth: float = 0.0
) -> None:
    """A flat-roofed block: a front, a side in shade on the right, rows of windows, a parapet."""
    light, width = scene.light, x1 - x0
    corner = x1 - width * facade.side
    front, flank = light.see(facade.colour, facade.sun, depth), light.see(facade.colour, 0.05, depth)
    pen.rect(x0, top, corner, base, front)
    pen.rect(corner, top, x1, base, flank)
    windows(scene, pen, (x0 + facade.gap[0], top + facade.gap[1], corner - 1, base), facade, depth)
    if facade.side * width > facade.window[0] * 2.4:
        shaded = Facade(facade.colour, facade.window, facade.gap, facade.lit * 0.7, facade.glaze, sun=0.0)
        windows(scene, pen, (corner + facade.gap[0] * 0.8, top + facade.gap[1], x1 - 1, base), shaded, depth)
    pen.rect(x0 - 1, top - 2, corner, top + 1, light.see(facade.colour, min(1.0, facade.sun + 0.2), depth))
    pen.rect(corner, top - 2, x1 + 1, top + 1, light.see(facade.colour, 0.15, depth))


def windows(scene: Scene, pen: Pen, box: tuple[float, float, float, float], facade: Facade, depth: float) -> None:
    """Rows of windows filling a box; after dark some are lit."""
    rng, light = scene.rng, scene.light
    (wide, tall), (gap_x, gap_y) = facade.window, facade.gap
    dark = light.see(facade.glaze, facade.sun * 0.6, depth)
    glass = alpha(mix(dark, light.sky[-1][1], 0.12), 0.85)
    x0, y, x1, base = box
    while y + tall < base:
        x = x0
        while x + wide <= x1:
            if scene.light.lamps_on and rng.random() < facade.lit:
                shine = mix(mix(light.lamp, (255, 244, 220), rng.random() * 0.7), light.haze, depth * 0.6)
                pen.rect(x, y, x + wide, y + tall, mix(shine, dark, rng.random() * 0.45))
            else:
                pen.rect(x, y, x + wide, y + tall, glass)
            x += wide + gap_x
        y += tall + gap_y


Outline = Callable[[float], float]


def slab(_: float) -> float:
    return 1.0


def tapered(t: float) -> float:
    return 1.0 - 0.42 * math.pow(t, 1.6)


def stepped(t: float) -> float:
    return 1.0 if t < 0.52 else 0.78 if t < 0.78 else 0.54 if t < 0.93 else 0.24


def sail(t: float) -> float:
    return max(0.04, math.pow(1 - math.pow(t, 2.1), 0.75))


def bullet(t: float) -> float:
    return max(0.03, math.pow(1 - math.pow(max(0.0, (t - 0.55) / 0.45), 2.4), 0.6))


def needle(t: float) -> float:
    return max(0.05, 1 - 0.2 * math.floor(t * 5 + 0.001) - 0.06 * t)


OUTLINES: tuple[Outline, ...] = (slab, tapered, stepped, sail, bullet, needle)


def tower(
    scene: Scene, pen: Pen, x: float, base: float, width: float, height: float, outline: Outline = slab,
    depth: float = 0.0, glass: RGB = GLASS, lit: float = 0.28, floor: float = 7.0, spire: float = 0.0,
    split: float = 0.18,
) -> None:  # fmt: skip
    """A glass tower centred on x. The left face mirrors the bright sky, the right one stands in shade."""
    rng, light = scene.rng, scene.light
    strips = max(6, round(height / floor))
    sky_top, sky_low = light.sky[1][1], light.sky[-1][1]
    half = width / 2
    ramp = [mix(sky_low, sky_top, t / 11) for t in range(12)]
    lamps = light.lamps_on
    for strip in range(strips):
        t, upper = strip / strips, (strip + 1) / strips
        a, b = half * outline(t), half * outline(upper)
        y0, y1 = base - height * t, base - height * upper
        mirror = ramp[min(11, int(t * 12))]
        near = min(1.0, depth + 0.22 * (1 - t) ** 2)
        bright = light.see(mix(mix(glass, mirror, 0.5), mirror, 0.0), 0.9, near)
        shade = light.see(mix(glass, mirror, 0.12), 0.12, near)
        edge, edge_up = x + a * split, x + b * split
        pen.polygon(
            [(x - a, y0), (edge, y0), (edge_up, y1), (x - b, y1)], mix(bright, mirror, 0.3 if not lamps else 0.1)
        )
        pen.polygon([(edge, y0), (x + a, y0), (x + b, y1), (edge_up, y1)], shade)
        pen.line([(x - a, y0), (x + a, y0)], alpha(light.fill, 0.3), 0.6)
        if lamps:
            _lit_floor(scene, pen, (x - a, x + a), (y0, y1), lit, near)
    if spire:
        pen.line(
            [(x, base - height + 2), (x, base - height * (1 + spire))],
            light.see(glass, 0.1, depth),
            max(0.8, width * 0.03),
        )
        if lamps and depth < 0.6:
            pen.ellipse(x, base - height * (1 + spire), 1.6, 1.6, (255, 90, 70))
    for share in (-0.62, -0.24, 0.55):
        if width > 26 and not lamps:
            jitter = rng.uniform(-0.03, 0.03)
            pen.line(
                [(x + half * outline(k / 6) * (share + jitter), base - height * k / 6) for k in range(7)],
                alpha(light.fill, 0.22), 0.6,
            )  # fmt: skip


def _lit_floor(
    scene: Scene, pen: Pen, xs: tuple[float, float], ys: tuple[float, float], lit: float, depth: float
) -> None:
    rng, light = scene.rng, scene.light
    whole = rng.random()
    share = 0.85 if whole < lit * 0.18 else lit * rng.uniform(0.3, 1.5)
    cell = 4.4 if xs[1] - xs[0] > 30 else 3.2
    x = xs[0] + 1.6
    while x + cell < xs[1]:
        if rng.random() < share:
            warm = mix(light.lamp, (222, 236, 255), 0.75 if rng.random() < 0.3 else 0.1)
            pen.rect(
                x,
                ys[1] + 1.4,
                x + cell * 0.72,
                ys[0] - 1.2,
                alpha(mix(warm, light.haze, depth * 0.7), rng.uniform(0.45, 1)),
            )
        x += cell


def dome(pen: Pen, x: float, base: float, radius: float, lit: RGB, shade: RGB, finial: bool = True) -> None:
    """A slightly stilted dome with its shaded side on the right."""
    shape = _dome(x, base, radius)
    pen.polygon(shape, lit)
    inner = [(x + (px - x) * 0.3, py) for px, py in shape if px >= x]
    outer = [(px, py) for px, py in shape if px >= x]
    pen.polygon([*outer, *reversed(inner)], shade)
    if finial:
        top = base - radius * 1.14
        pen.line([(x, top), (x, top - radius * 0.34)], shade, max(0.8, radius * 0.04))


def _dome(x: float, base: float, radius: float) -> list[Point]:
    arc = [(math.cos(math.pi * k / 28), math.sin(math.pi * k / 28)) for k in range(29)]
    return (
        [(x + radius, base)]
        + [(x + radius * c, base - radius * (0.12 + s * (1.0 + 0.04 * (1 - abs(c))))) for c, s in arc]
        + [(x - radius, base)]
    )


def minaret(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    height: float,
    depth: float = 0.0,
    colour: RGB = STONE,
    sun: float = 0.5,
) -> None:
    """A pencil minaret with two balconies and a lead cone."""
    light = scene.light
    half = height * 0.028
    lit, shade = light.see(colour, sun, depth), light.see(colour, 0.0, depth)
    for share, grow in ((0.0, 1.5), (0.22, 1.0), (0.55, 0.86)):
        y, end = base - height * share, base - height * (0.22 if share == 0 else 0.55 if share < 0.3 else 0.8)
        pen.rect(x - half * grow, end, x + half * grow * 0.25, y, lit)
        pen.rect(x + half * grow * 0.25, end, x + half * grow, y, shade)
    for share in (0.55, 0.8):
        y = base - height * share
        pen.polygon(
            [(x - half, y + half * 1.3), (x + half, y + half * 1.3), (x + half * 1.9, y), (x - half * 1.9, y)], shade
        )
        pen.rect(x - half * 1.9, y - half * 0.7, x + half * 1.9, y, lit)
    tip = base - height
    pen.polygon(
        [(x - half, base - height * 0.8), (x + half, base - height * 0.8), (x, tip)],
        light.see((96, 108, 118), sun * 0.6, depth),
    )
    pen.line([(x, tip + 2), (x, tip - height * 0.03)], shade, max(0.7, half * 0.3))


def mosque(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    size: float,
    depth: float = 0.0,
    colour: RGB = STONE,
    minarets: Sequence[float] = (-1.25, 1.25),
) -> None:
    """An Ottoman mosque: a great dome over half domes, ``size`` wide from buttress to buttress."""
    light, half = scene.light, size / 2
    lead = mix(colour, (110, 126, 138), 0.65)
    lit, shade = light.see(colour, 0.6, depth), light.see(colour, 0.0, depth)
    roof, roof_shade = light.see(lead, 0.6, depth), light.see(lead, 0.0, depth)
    for offset in minarets:
        minaret(scene, pen, x + half * offset, base, size * 0.98, depth, colour)
    for offset, radius, lift in ((-0.62, 0.26, 0.3), (0.62, 0.26, 0.3), (0.0, 0.5, 0.62)):
        if offset == 0.0:
            pen.rect(x - half * 0.56, base - half * lift, x + half * 0.4, base - half * 0.3, lit)
            pen.rect(x + half * 0.2, base - half * lift, x + half * 0.56, base - half * 0.3, shade)
        dome(pen, x + half * offset, base - half * lift, half * radius, roof, roof_shade, offset == 0.0)
    for offset in (-0.34, 0.34):
        dome(pen, x + half * offset, base - half * 0.42, half * 0.26, roof, roof_shade, False)
    pen.rect(x - half, base - half * 0.34, x + half * 0.45, base, lit)
    pen.rect(x + half * 0.45, base - half * 0.34, x + half, base, shade)
    for k in range(7):
        cx = x - half * 0.84 + half * 0.28 * k
        arch(pen, cx, base, half * 0.075, half * 0.2, light.see((70, 66, 70), 0.1, depth))


def arch(pen: Pen, x: float, base: float, half: float, height: float, fill: RGB) -> None:
    """A round-headed opening standing on ``base``."""
    spring = base - height + half
    crown = [(x + half * math.cos(math.pi * k / 14), spring - half * math.sin(math.pi * k / 14)) for k in range(15)]
    pen.polygon([(x + half, base), *crown, (x - half, base)], fill)


def pointed_arch(x: float, base: float, half: float, height: float) -> list[Point]:
    """The outline of a pointed opening, from its right foot over the point to its left."""
    rise = min(height * 0.9, max(half * 1.25, height * 0.48))
    spring = base - height + rise
    centre = (rise * rise - half * half) / (2 * half)
    radius = half + centre
    right = [
        (x + math.sqrt(max(0.0, radius**2 - (rise * k / 12) ** 2)) - centre, spring - rise * k / 12) for k in range(13)
    ]
    return [(x + half, base), *right, *[(2 * x - px, py) for px, py in reversed(right)], (x - half, base)]
