"""Ranges: a pipeline trench under red sandstone, snow above a hazy plain, wooded ridges falling to the sea."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun
from newsroom.demo.drawing.buildings import Facade, block, slab, tower
from newsroom.demo.drawing.canvas import Pen, Point, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import CEDAR_GREEN, cedar, scrub
from newsroom.demo.drawing.terrain import Relief, ground, hills, relief, ridge, scree
from newsroom.demo.drawing.water import glitter, water

SANDSTONE: RGB = (190, 104, 70)


def red_valley(scene: Scene) -> None:
    light = scene.light
    sky(scene, 620)
    clouds(scene, 30, 430, 0.3, strength=0.75)
    relief(scene, Relief(560, 700, 330, (5, 2), 0.52, 1.1, haze=(0.66, 0.42)), SANDSTONE)
    haze(scene, 640, 80, 0.32)
    relief(scene, Relief(660, 830, 470, (3.2, 1.8), 0.54, 1.7, haze=(0.34, 0.08), crest=0.2), SANDSTONE)
    ground(scene, 822, light.see((214, 158, 110), 0.95), light.see((206, 142, 98), 0.9, 0.24), 0.4)
    haze(scene, 822, 26, 0.25)
    _trench(scene, 824)
    with scene.pen((0, 820, scene.width, scene.height)) as pen:
        scrub(scene, pen, 850, scene.height, 110, (112, 116, 70), 12)
    scree(scene, 850, scene.height, [(196, 120, 84), (168, 96, 70)], 150, 8)


def _trench(scene: Scene, far: float) -> None:
    """The pale cut, its spoil heaps on one side and lengths of pipe on the other."""
    light, rng, steps = scene.light, scene.rng, 40
    rows = []
    for k in range(steps + 1):
        t = (k / steps) ** 1.9
        x = 980 - 60 * (k / steps) - 420 * t + 130 * t * t
        rows.append((x, far + 4 + (scene.height + 10 - far) * t, 3 + 80 * t))
    left, right = [(x - w, y) for x, y, w in rows], [(x + w, y) for x, y, w in rows]
    with scene.pen((0, far - 10, scene.width, scene.height)) as pen:
        for x, y, w in rows:
            for _ in range(5):
                px = x - w * rng.uniform(1.3, 2.5)
                pen.ellipse(
                    px,
                    y,
                    w * 0.5,
                    w * rng.uniform(0.16, 0.3),
                    light.see(mix((240, 206, 164), SANDSTONE, rng.random() * 0.4), rng.uniform(0.5, 1)),
                )
        pen.polygon([*left, *reversed(right)], light.see((250, 222, 184), 1.0))
        inner_left, inner_right = [(x - w * 0.42, y) for x, y, w in rows], [(x + w * 0.5, y) for x, y, w in rows]
        pen.polygon([*inner_left, *reversed(inner_right)], light.see((150, 88, 62), 0.3))
        pen.polygon([*[(x + w * 0.2, y) for x, y, w in rows], *reversed(inner_right)], light.see((214, 150, 106), 0.7))
        pipe = [(x - w * 0.06, y) for x, y, w in rows]
        for (x0, y0), (x1, y1), (_, _, w) in zip(pipe, pipe[1:], rows, strict=False):
            pen.line([(x0, y0), (x1, y1)], light.see((60, 96, 118), 0.5), w * 0.36)
            pen.line([(x0 - w * 0.08, y0), (x1 - w * 0.08, y1)], light.see((150, 190, 206), 0.95), max(0.8, w * 0.1))
        for k in range(6, steps - 2, 6):
            x, y, w = rows[k]
            pen.line([(x + w * 1.5, y), (x + w * 2.6, y - w * 0.5)], light.see((64, 100, 122), 0.7), w * 0.34)
            pen.line(
                [(x + w * 1.5, y - w * 0.1), (x + w * 2.6, y - w * 0.6)], alpha(light.sun, 0.4), max(0.8, w * 0.06)
            )


def snow_range(scene: Scene) -> None:
    horizon, light = 690.0, scene.light
    low = scene.width * 0.82
    sky(scene, horizon, low)
    clouds(scene, 20, 300, 0.32, sun_x=low)
    relief(
        scene,
        Relief(560, 720, 400, (5, 2.4), 0.55, 1.25, snow=0.26, haze=(0.5, 0.34), crest=0.5, sun_from_left=False),
        (116, 112, 124),
        (255, 240, 228),
    )
    mist(scene, 640, 70, 0.6)
    relief(
        scene, Relief(660, 760, 170, (7, 2), 0.52, 1.1, haze=(0.5, 0.3), crest=0.3, sun_from_left=False), (120, 104, 96)
    )
    haze(scene, 740, 90, 0.8)
    _plain_city(scene, 750)
    haze(scene, 790, 120, 0.42)
    hills(scene, ridge(scene, 1010, 90, 1.6, 0.4), (118, 106, 94), 0.16, scene.height + 60, 0.35, 0.5)
    mist(scene, 960, 60, 0.4)
    scene.glow(halo(scene.size, (low, 600), (800, 420), 1.6), light.sky[-1][1], 0.35)


def _plain_city(scene: Scene, top: float) -> None:
    rng = scene.rng
    with scene.pen((0, top - 120, scene.width, 1000)) as pen:
        for row in range(9):
            near = row / 8
            y, scale, x = top + 14 + 190 * near**1.4, 0.3 + 0.9 * near, -20.0
            while x < scene.width:
                wide, tall = rng.uniform(16, 44) * scale, rng.uniform(10, 40) * scale
                paint = rng.choice(((226, 214, 200), (206, 190, 176), (214, 206, 200), (188, 170, 160)))
                facade = Facade(paint, (4 * scale, 5 * scale), (4 * scale, 5 * scale), side=0.6, sun=0.5)
                block(scene, pen, x, y - tall, x + wide, y + 40, facade, 0.62 - 0.38 * near)
                x += wide + rng.choice((0, 0, 2, 7)) * scale
            if row in (3, 5):
                for _ in range(5):
                    tower(
                        scene,
                        pen,
                        rng.uniform(0, scene.width),
                        y + 8,
                        22 * scale + 8,
                        120 * scale,
                        slab,
                        0.55 - 0.3 * near,
                    )
        x = scene.width * 0.3
        pen.line([(x, top + 40), (x, top - 130)], scene.light.see((150, 140, 140), 0.3, 0.45), 5)
        pen.polygon(
            [(x - 13, top - 96), (x + 13, top - 96), (x + 8, top - 112), (x - 8, top - 112)],
            scene.light.see((150, 140, 140), 0.4, 0.45),
        )


def cedar_ridges(scene: Scene) -> None:
    horizon, low = 560.0, scene.width * 0.3
    sky(scene, horizon, low)
    clouds(scene, 20, horizon - 60, 0.5, sun_x=low)
    sun(scene, low, horizon - 48, 28)
    water(scene, horizon, chop=0.5, mirror=0.95)
    glitter(scene, low, horizon, 90, 760)
    haze(scene, horizon, 40, 0.45)
    light = scene.light
    violet = mix(light.haze, (112, 84, 156), 0.72)
    folds = (
        (720, 150, 1.5, 0.62, -0.3),
        (800, 170, 1.8, 0.46, 0.26),
        (900, 190, 1.6, 0.28, -0.24),
        (1050, 170, 1.9, 0.12, 0.2),
    )
    for index, (base, rise, cells, depth, tilt) in enumerate(folds):
        slope = [(x, y + tilt * (x - scene.width / 2)) for x, y in ridge(scene, base, rise, cells, 0.42)]
        hills(
            scene,
            slope,
            mix((128, 120, 168), CEDAR_GREEN, 0.12 + 0.2 * index),
            depth * 0.8,
            scene.height + 40,
            0.1,
            0.4,
        )
        with scene.pen() as pen:
            _wood(scene, pen, slope, 13 + 13 * index, depth)
        if index < 3:
            mist(scene, base + 60, 120, 0.6, violet)


def _wood(scene: Scene, pen: Pen, slope: Sequence[Point], tall: float, depth: float) -> None:
    """Cedars along a crest and scattered down the slope below it."""
    rng = scene.rng
    spots = [
        (x + rng.uniform(-6, 6), y + rng.random() ** 1.6 * 190)
        for x, y in slope
        for _ in range(2)
        if rng.random() < 0.5
    ]
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        if y < scene.height + 60:
            cedar(scene, pen, x, y + tall * 0.3, tall * rng.uniform(0.6, 1.25), depth * 0.8)
