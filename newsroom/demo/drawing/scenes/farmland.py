"""Worked land: greenhouses in the desert, an olive grove in evening light, stone terraces."""

from __future__ import annotations

import math
from itertools import pairwise

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun
from newsroom.demo.drawing.buildings import Facade, block
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import olive, scrub
from newsroom.demo.drawing.terrain import Relief, ground, hills, relief, ridge, rugged

FILM: RGB = (246, 248, 248)


def greenhouses(scene: Scene) -> None:
    horizon, light = 480.0, scene.light
    sky(scene, horizon)
    clouds(scene, 30, horizon - 120, 0.2, strength=0.6)
    relief(scene, Relief(450, 520, 110, (5, 2), 0.52, 1.2, haze=(0.66, 0.5)), (196, 156, 112))
    ground(scene, horizon + 20, light.see((214, 170, 112), 0.95), light.see((214, 176, 124), 0.9, 0.34), 0.45)
    with scene.pen((0, horizon, scene.width, scene.height)) as pen:
        for k in range(26):
            x = scene.rng.uniform(0, scene.width)
            pen.rect(x, horizon + 16 + k * 0.4, x + 40, horizon + 20 + k * 0.4, light.see((232, 232, 226), 0.9, 0.4))
        rows = 8
        for row in range(rows):
            _tunnel_row(scene, pen, horizon, row / (rows - 1))
        _farm_track(scene, pen, horizon)
        scrub(scene, pen, 940, scene.height, 50, (120, 124, 76), 14)


def _tunnel_row(scene: Scene, pen: Pen, horizon: float, near: float) -> None:
    """Greenhouse tunnels end on, side by side, one rank behind another."""
    size = 17 + 128 * near**1.7
    y, depth = horizon + 32 + 420 * near**1.75, 0.32 * (1 - near)
    vanish, wide = scene.width * 0.52, size * 1.24
    first = -math.ceil((vanish + wide * 2) / wide)
    for index in range(first, -first + 1):
        x = vanish + index * wide + wide * 0.1
        if -size < x < scene.width + size and not -1 < index < 1:
            _tunnel(scene, pen, x, y, size, (vanish - x) * 0.16, depth)


def _tunnel(scene: Scene, pen: Pen, x: float, y: float, size: float, lean: float, depth: float) -> None:
    half, tall, back = size * 0.54, size * 0.56, 0.66
    see = scene.light.see
    arc = [(math.cos(math.pi * k / 18), math.sin(math.pi * k / 18)) for k in range(19)]
    near = [(x + half * c, y - tall * s) for c, s in arc]
    far = [(x + lean + half * back * c, y - size * 0.36 - tall * back * s) for c, s in arc]
    pen.ellipse(x + size * 0.2, y, half * 1.15, size * 0.06, alpha(scene.light.fill, 0.5))
    for k in range(18):
        facing = 0.5 - 0.5 * arc[k][0]
        glow = min(1.0, 0.35 + 0.75 * facing)
        pen.polygon(
            [near[k], near[k + 1], far[k + 1], far[k]],
            mix(see(FILM, glow, depth), scene.light.sky[0][1], 0.18 * (1 - facing)),
        )
    for share in (0.25, 0.5, 0.75):
        rib = [(n[0] + (f[0] - n[0]) * share, n[1] + (f[1] - n[1]) * share) for n, f in zip(near, far, strict=True)]
        pen.line(rib, alpha(scene.light.fill, 0.28), max(0.6, size * 0.008))
    pen.polygon(near, see((214, 224, 220), 0.75, depth))
    green = see((98, 142, 82), 0.5, depth)
    pen.polygon(
        [(px * 0.86 + x * 0.14, y - (y - py) * 0.5) for px, py in near], mix(green, see(FILM, 0.6, depth), 0.45)
    )
    pen.rect(x - half * 0.2, y - tall * 0.62, x + half * 0.2, y, see((176, 190, 190), 0.6, depth))
    pen.line([(x, y - tall * 0.62), (x, y)], see((120, 132, 134), 0.4, depth), max(0.6, size * 0.01))
    pen.line(near, see((255, 255, 255), 1.0, depth), max(0.7, size * 0.016))


def _farm_track(scene: Scene, pen: Pen, horizon: float) -> None:
    x, tone = scene.width * 0.52, scene.light.see((230, 198, 150), 1.0)
    pen.polygon(
        [(x - 4, horizon + 30), (x + 10, horizon + 30), (x + 190, scene.height), (x - 170, scene.height)],
        alpha(tone, 0.6),
    )
    for side in (-0.45, 0.45):
        pen.polygon(
            [
                (x + 3 + side * 8, horizon + 30),
                (x + 4 + side * 8, horizon + 30),
                (x + 26 + side * 200, scene.height),
                (x - 10 + side * 200, scene.height),
            ],
            alpha(scene.light.fill, 0.22),
        )


def olive_grove(scene: Scene) -> None:
    horizon, light = 430.0, scene.light
    low = scene.width * 0.16
    sky(scene, horizon, low)
    clouds(scene, 10, horizon - 50, 0.4, sun_x=low)
    sun(scene, low, horizon - 56, 26)
    hills(scene, ridge(scene, horizon + 6, 80, 2.2, 0.4), (120, 92, 82), 0.6, horizon + 20, 0.3, 0.2)
    haze(scene, horizon, 50, 0.45)
    ground(scene, horizon, light.see((178, 96, 62), 0.75), light.see((170, 104, 72), 0.7, 0.4), 0.42)
    _furrows(scene, horizon)
    rows = 11
    with scene.pen((0, horizon - 40, scene.width, scene.height)) as pen:
        spots: list[tuple[float, float, float, float]] = []
        for row in range(rows):
            near = row / (rows - 1)
            y, size = horizon + 12 + 540 * near**2.0, 20 + 270 * near**2.0
            count = round(2 + 15 * (1 - near))
            for k in range(-count - 1, count + 2):
                x = scene.width * 0.55 + (k + 0.5) * size * 1.7 + scene.rng.uniform(-0.08, 0.08) * size
                if -size < x < scene.width + size:
                    spots.append((y, x, size, 0.42 * (1 - near)))
        for y, x, size, depth in spots:
            edge = ((-0.06, -0.02), (0.3, 0.02), (2.1, 0.3), (2.3, 0.46), (1.3, 0.4), (0.1, 0.05))
            shadow = [(x + size * dx, y + size * dy) for dx, dy in edge]
            pen.polygon(shadow, alpha(light.see((92, 44, 44), 0.0, depth), 0.72))
        for y, x, size, depth in spots:
            olive(scene, pen, x, y, size * scene.rng.uniform(0.9, 1.08), depth)
    scene.glow(halo(scene.size, (low, horizon + 40), (900, 300), 1.5), light.sun, 0.26)


def _furrows(scene: Scene, horizon: float) -> None:
    tone = alpha(scene.light.see((110, 56, 44), 0.1), 0.3)
    with scene.pen((0, horizon, scene.width, scene.height)) as pen:
        for k in range(-46, 47):
            x = scene.width * 0.55 + k * 7
            foot = scene.width * 0.55 + k * 110
            pen.polygon([(x, horizon + 6), (foot - 9, scene.height), (foot + 9, scene.height)], tone)


def terraces(scene: Scene) -> None:
    light, low = scene.light, scene.width * 0.78
    sky(scene, 520, low)
    clouds(scene, 30, 380, 0.4, sun_x=low)
    sun(scene, low, 300, 25)
    hills(scene, ridge(scene, 480, 90, 2.0, 0.4), (120, 124, 116), 0.72, 560, 0.3, 0.2)
    mist(scene, 500, 60, 0.6)
    hills(scene, ridge(scene, 560, 120, 1.6, 0.35), (118, 120, 96), 0.5, 700, 0.4, 0.3)
    with scene.pen((0, 380, scene.width, 640)) as pen:
        for k in range(34):
            x = 980 + k * 13 + scene.rng.uniform(-8, 8)
            y = 520 - 30 * math.sin(k / 9)
            block(
                scene,
                pen,
                x,
                y - scene.rng.uniform(8, 22),
                x + 16,
                y + 8,
                Facade((236, 224, 200), (3, 4), (4, 4), sun=0.7),
                0.46,
            )
    mist(scene, 610, 60, 0.6)
    steps = 9
    for index in range(steps):
        _terrace(scene, index / (steps - 1))
    scene.glow(halo(scene.size, (low, 420), (1000, 480), 1.6), light.sky[-1][1], 0.3)


def _terrace(scene: Scene, near: float) -> None:
    """One step of the hillside: a dry-stone wall with a strip of tilled earth and olives above it."""
    light, rng = scene.light, scene.rng
    depth, scale = 0.42 * (1 - near), 0.26 + 1.1 * near**1.3
    base = 620 + 430 * near**1.35
    line: list[Point] = [
        (x, base + 46 * (1 - near * 0.4) * math.sin(x / 520 + near * 1.9) - (x - 500) * 0.09 * (1 - near))
        for x in range(-20, scene.width + 40, 20)
    ]
    soil = light.see(mix((150, 120, 80), (112, 124, 72), 0.35 + 0.3 * math.sin(near * 9)), 0.7, depth)
    lower = [(x, y + 230 * scale) for x, y in line]
    top = min(y for _, y in line)
    box = (0, top - 6, scene.width, scene.height)
    mask = scene.mask(filled([*line, *reversed(lower)]), 0, box)
    scene.tint(mask, soil)
    rugged(scene, mask, top, min(scene.height, top + 300 * scale), 0.35, 2.0)
    with scene.pen((0, top - 200 * scale, scene.width, scene.height)) as pen:
        wall = 25 * scale
        for x, y in line[:: max(1, round(3 * scale) + 4)]:
            if rng.random() < 0.55:
                olive(scene, pen, x + rng.uniform(-14, 14), y - 2, 96 * scale * rng.uniform(0.8, 1.1), depth, False)
        pen.polygon([*line, *[(x, y + wall) for x, y in reversed(line)]], light.see((190, 178, 156), 0.35, depth))
        for (x0, y0), (x1, y1) in pairwise(line):
            _stones(scene, pen, (x0, y0), (x1, y1), wall, depth)
        pen.line([(x, y - 1) for x, y in line], light.see((236, 222, 196), 1.0, depth), max(0.8, 2.6 * scale))
        pen.polygon(
            [*[(x, y + wall) for x, y in line], *[(x, y + wall + 8 * scale) for x, y in reversed(line)]],
            alpha(light.fill, 0.5),
        )


def _stones(scene: Scene, pen: Pen, start: Point, end: Point, wall: float, depth: float) -> None:
    rng, courses = scene.rng, max(2, round(wall / 7))
    for course in range(courses):
        share = (course + 0.5) / courses
        for k in range(2):
            t = (k + rng.uniform(0.2, 0.8)) / 2
            x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + wall * share
            half, tall = (end[0] - start[0]) * 0.22 * rng.uniform(0.7, 1.2), wall / courses * 0.4
            tone = scene.light.see(mix((204, 192, 168), (150, 138, 118), rng.random()), rng.uniform(0.3, 0.85), depth)
            pen.polygon(
                [
                    (x - half, y + tall),
                    (x - half * 0.9, y - tall),
                    (x + half, y - tall * 0.9),
                    (x + half * 0.9, y + tall),
                ],
                tone,
            )
