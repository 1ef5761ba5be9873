"""Working iron: cranes, containers, pump jacks, turbines, pylons, pipes."""

from __future__ import annotations

import math

from newsroom.demo.drawing.canvas import Pen, Point, Scene
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.vessels import BOXES


def lattice(pen: Pen, start: Point, end: Point, width: float, colour: RGB, line: float, bays: int = 0) -> None:
    """Two chords with zigzag bracing between them."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1
    nx, ny = -dy / length * width / 2, dx / length * width / 2
    count = bays or max(3, round(length / width))
    for side in (1, -1):
        pen.line([(start[0] + nx * side, start[1] + ny * side), (end[0] + nx * side, end[1] + ny * side)], colour, line)
    zigzag = [
        (start[0] + dx * k / count + nx * (1 if k % 2 else -1), start[1] + dy * k / count + ny * (1 if k % 2 else -1))
        for k in range(count + 1)
    ]
    pen.line(zigzag, colour, max(0.6, line * 0.6))


def gantry(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    height: float,
    colour: RGB,
    depth: float = 0.0,
    up: bool = False,
    sun: float = 0.4,
) -> None:
    """A ship-to-shore crane, its boom reaching out to the left (or raised, ``up``)."""
    light = scene.light
    steel, dark = light.see(colour, sun, depth), light.see(colour, 0.0, depth)
    leg, span = height * 0.026, height * 0.34
    for offset, tone in ((0.0, steel), (span, dark)):
        pen.line([(x + offset, base), (x + offset, base - height * 0.6)], tone, leg)
    pen.line([(x, base - height * 0.3), (x + span, base - height * 0.3)], steel, leg * 0.9)
    pen.line([(x, base - height * 0.3), (x + span, base - height * 0.58)], dark, leg * 0.6)
    apex = (x + span * 0.16, base - height)
    pen.line([(x, base - height * 0.6), apex], steel, leg)
    pen.line([(x + span, base - height * 0.6), apex], dark, leg * 0.7)
    rail = base - height * 0.6
    tip = (x - height * 0.22, base - height * 1.12) if up else (x - height * 0.68, rail)
    lattice(pen, (x + span * 1.75, rail), (x, rail), height * 0.035, steel, max(0.8, height * 0.007))
    lattice(pen, (x, rail), tip, height * 0.035, steel, max(0.8, height * 0.007))
    for reach in (1.0, 0.55):
        pen.line([apex, (x + (tip[0] - x) * reach, rail + (tip[1] - rail) * reach)], dark, max(0.7, height * 0.006))
    pen.line([apex, (x + span * 1.6, rail)], dark, max(0.7, height * 0.006))
    house = light.see((216, 210, 196), sun, depth)
    pen.rect(x + span * 0.7, rail - height * 0.085, x + span * 1.4, rail - height * 0.015, house)
    for offset in (0.0, span):
        pen.rect(x + offset - leg * 2, base - leg * 1.2, x + offset + leg * 2, base, dark)
    if not up:
        _trolley(pen, (x - height * 0.3, rail), height, (house, dark, light.see(BOXES[2], sun, depth)))
    if light.lamps_on and depth < 0.6:
        for reach in (0.2, 0.5, 0.8):
            at = (x + (tip[0] - x) * reach, rail + (tip[1] - rail) * reach + height * 0.02)
            pen.ellipse(*at, 2.2, 2.2, mix(light.lamp, (255, 255, 255), 0.6))


def _trolley(pen: Pen, at: Point, height: float, tones: tuple[RGB, RGB, RGB]) -> None:
    """The cab running under the boom, with a container on its ropes; tones are cab, rope, box."""
    (x, rail), (cab, rope, box) = at, tones
    pen.rect(x, rail + height * 0.02, x + height * 0.045, rail + height * 0.06, cab)
    hang = [(x + height * 0.02, rail + height * 0.05), (x + height * 0.02, rail + height * 0.24)]
    pen.line(hang, rope, max(0.6, height * 0.004))
    pen.rect(x - height * 0.05, rail + height * 0.24, x + height * 0.09, rail + height * 0.285, box)


def stack(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    columns: int,
    rows: int,
    box: Point,
    depth: float = 0.0,
    sun: float = 0.7,
) -> None:
    """Containers end to end and one on another; some tops are missing, as on a working quay."""
    rng, light = scene.rng, scene.light
    wide, tall = box
    for column in range(columns):
        for row in range(max(1, rows - rng.choice((0, 0, 1, 1, 2)))):
            paint = rng.choice(BOXES)
            left, bottom = x + column * (wide + wide * 0.03), base - row * tall
            pen.rect(left, bottom - tall, left + wide, bottom, light.see(paint, sun * rng.uniform(0.8, 1), depth))
            pen.rect(
                left,
                bottom - tall,
                left + wide,
                bottom - tall * 0.93,
                light.see(mix(paint, (255, 255, 255), 0.2), sun, depth),
            )
            if wide > 24:
                ribs = max(4, round(wide / 6))
                for k in range(1, ribs):
                    rib = left + wide * k / ribs
                    pen.line([(rib, bottom - tall * 0.9), (rib, bottom - tall * 0.08)], alpha(light.fill, 0.28), 0.7)
            pen.rect(left, bottom - tall * 0.06, left + wide, bottom, light.see(paint, 0.0, depth))


def tower_crane(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    height: float,
    reach: float,
    colour: RGB = (206, 168, 66),
    depth: float = 0.0,
    load: float = 0.6,
) -> None:
    """A hammerhead crane; a negative ``reach`` points the jib to the left."""
    light = scene.light
    steel = light.see(colour, 0.45, depth)
    line, width = max(0.8, height * 0.0055), max(3.0, height * 0.026)
    top = base - height
    lattice(pen, (x, base), (x, top), width, steel, line)
    back = -reach * 0.3
    lattice(pen, (x, top), (x + reach, top), width * 0.75, steel, line)
    lattice(pen, (x, top), (x + back, top), width * 0.7, steel, line)
    apex = (x, top - height * 0.12)
    lattice(pen, (x, top), apex, width * 0.7, steel, line, 3)
    for share in (0.45, 0.92):
        pen.line([apex, (x + reach * share, top - width * 0.3)], steel, line * 0.8)
    pen.line([apex, (x + back * 0.95, top - width * 0.3)], steel, line * 0.8)
    weight = light.see((120, 118, 112), 0.2, depth)
    pen.rect(
        min(x + back, x + back * 0.72), top + width * 0.1, max(x + back, x + back * 0.72), top + width * 1.1, weight
    )
    side = 1 if reach > 0 else -1
    pen.rect(
        min(x, x + side * width),
        top + 1,
        max(x, x + side * width),
        top + width * 1.1,
        light.see((216, 212, 200), 0.5, depth),
    )
    hook = x + reach * load
    pen.line([(hook, top), (hook, top + height * 0.26)], steel, max(0.6, line * 0.5))
    pen.rect(hook - width * 0.7, top + height * 0.26, hook + width * 0.7, top + height * 0.285, weight)
    if light.lamps_on:
        pen.ellipse(apex[0], apex[1], 2, 2, (255, 86, 62))


def pump_jack(
    scene: Scene,
    pen: Pen,
    x: float,
    base: float,
    size: float,
    depth: float = 0.0,
    tilt: float = 0.16,
    sun: float = 0.25,
) -> None:
    """A nodding donkey facing left, ``size`` from foot to beam."""
    light = scene.light
    iron, edge = light.see((92, 66, 58), sun, depth), light.see((196, 126, 74), sun + 0.3, depth)
    weight = size * 0.045
    pivot = (x, base - size)
    for foot in (-0.3, 0.24):
        pen.line([(x + size * foot, base), pivot], iron, weight)
    pen.line([(x - size * 0.19, base - size * 0.36), (x + size * 0.15, base - size * 0.36)], iron, weight * 0.6)
    head = (x - size * 0.82, pivot[1] + size * tilt * 0.9)
    tail = (x + size * 0.74, pivot[1] - size * tilt * 0.8)
    pen.line([head, tail], iron, weight * 1.8)
    pen.line([(head[0], head[1] - weight * 0.8), (tail[0], tail[1] - weight * 0.8)], edge, max(0.7, weight * 0.3))
    arc = [
        (x + size * 0.86 * math.cos(math.pi + a), head[1] + size * 0.62 * math.sin(math.pi + a))
        for a in (k / 10 * 0.74 - 0.42 for k in range(11))
    ]
    pen.polygon(
        [*arc, (head[0] + size * 0.14, arc[-1][1] + size * 0.03), (head[0] + size * 0.16, arc[0][1] - size * 0.02)],
        iron,
    )
    low = max(arc, key=lambda point: point[1])
    pen.line([low, (low[0], base)], iron, max(0.8, weight * 0.35))
    pen.rect(low[0] - size * 0.035, base - size * 0.2, low[0] + size * 0.035, base, iron)
    crank = (x + size * 0.6, base - size * 0.26)
    pen.line([tail, crank], iron, weight * 0.7)
    pen.polygon([(crank[0] - size * 0.06, crank[1] - size * 0.05), (crank[0] + size * 0.05, crank[1] - size * 0.09),
                 (crank[0] + size * 0.22, crank[1] + size * 0.16),
                 (crank[0] + size * 0.02, crank[1] + size * 0.2)], iron)  # fmt: skip
    pen.rect(x + size * 0.42, base - size * 0.17, x + size * 0.95, base, iron)
    pen.rect(x - size * 0.42, base - size * 0.05, x + size * 1.02, base, iron)


def turbine(
    scene: Scene, pen: Pen, x: float, base: float, height: float, turn: float, depth: float = 0.0, sun: float = 0.85
) -> None:
    """A three-bladed wind turbine turned by ``turn`` radians."""
    light = scene.light
    white, shade = light.see((244, 242, 236), sun, depth), light.see((222, 220, 216), sun * 0.3, depth)
    hub = (x, base - height)
    pen.polygon(
        [
            (x - height * 0.018, base),
            (x - height * 0.009, hub[1]),
            (x + height * 0.009, hub[1]),
            (x + height * 0.018, base),
        ],
        white,
    )
    pen.polygon(
        [
            (x + height * 0.003, base),
            (x + height * 0.002, hub[1]),
            (x + height * 0.009, hub[1]),
            (x + height * 0.018, base),
        ],
        shade,
    )
    pen.rect(x - height * 0.012, hub[1] - height * 0.016, x + height * 0.045, hub[1] + height * 0.014, shade)
    for blade in range(3):
        angle = turn + blade * math.tau / 3
        reach = height * 0.62
        ux, uy = math.cos(angle), -math.sin(angle)
        root, belly, tip = 0.03, 0.22, 1.0
        pen.polygon([
            (hub[0] + ux * reach * root - uy * height * 0.006, hub[1] + uy * reach * root + ux * height * 0.006),
            (hub[0] + ux * reach * belly + uy * height * 0.026, hub[1] + uy * reach * belly - ux * height * 0.026),
            (hub[0] + ux * reach * tip, hub[1] + uy * reach * tip),
            (hub[0] + ux * reach * belly - uy * height * 0.006, hub[1] + uy * reach * belly + ux * height * 0.006),
        ], white if blade != 1 else shade)  # fmt: skip
    pen.ellipse(hub[0], hub[1], height * 0.018, height * 0.018, white)


def pylon(scene: Scene, pen: Pen, x: float, base: float, height: float, depth: float = 0.0) -> list[Point]:
    """A lattice pylon; returns where its wires hang."""
    colour = scene.light.see((120, 124, 128), 0.3, depth)
    line = max(0.7, height * 0.008)
    for side in (-1, 1):
        pen.line(
            [(x + side * height * 0.11, base), (x + side * height * 0.025, base - height * 0.62), (x, base - height)],
            colour,
            line,
        )
    for k in range(6):
        t = k / 6 * 0.62
        half = height * (0.11 - 0.085 * t / 0.62)
        upper = height * (0.11 - 0.085 * (t + 0.1) / 0.62)
        pen.line([(x - half, base - height * t), (x + upper, base - height * (t + 0.1))], colour, line * 0.6)
        pen.line([(x + half, base - height * t), (x - upper, base - height * (t + 0.1))], colour, line * 0.6)
    hangs: list[Point] = []
    for share, arm in ((0.66, 0.2), (0.78, 0.16), (0.9, 0.12)):
        y = base - height * share
        pen.line([(x - height * arm, y), (x, y - height * 0.03), (x + height * arm, y)], colour, line)
        hangs += [(x - height * arm, y + height * 0.02), (x + height * arm, y + height * 0.02)]
    return hangs


def wires(scene: Scene, pen: Pen, first: list[Point], second: list[Point], sag: float, depth: float = 0.2) -> None:
    colour = alpha(scene.light.see((70, 72, 76), 0.2, depth), 0.7)
    for (x0, y0), (x1, y1) in zip(first, second, strict=False):
        pen.line(
            [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)) for t in (k / 12 for k in range(13))],
            colour,
            0.7,
        )
