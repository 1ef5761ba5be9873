"""Cities of stone and brick: a hillside at noon, a curved bay, a dense quarter at dusk, an old silhouette."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, mist, sky, sun
from newsroom.demo.drawing.bridges import Span, suspension_bridge
from newsroom.demo.drawing.buildings import (
    BRICK,
    GLASS,
    STONE,
    Facade,
    block,
    minaret,
    mosque,
    slab,
    stepped,
    tapered,
    tower,
)
from newsroom.demo.drawing.canvas import Pen, Scene
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import olive, palm
from newsroom.demo.drawing.terrain import hills, ridge
from newsroom.demo.drawing.vessels import ferry, wake
from newsroom.demo.drawing.water import glitter, water

LIMESTONE: tuple[RGB, ...] = ((240, 228, 204), (228, 212, 184), (236, 224, 208), (222, 204, 172), (244, 238, 224))


def cypress(scene: Scene, pen: Pen, x: float, base: float, height: float, depth: float) -> None:
    green = scene.light.see((58, 78, 56), 0.25, depth)
    half = height * 0.1
    pen.polygon(
        [
            (x - half * 0.5, base),
            (x - half, base - height * 0.35),
            (x, base - height),
            (x + half, base - height * 0.35),
            (x + half * 0.5, base),
        ],
        green,
    )


def hillside(scene: Scene) -> None:
    foot = scene.height + 40.0
    sky(scene, 640)
    clouds(scene, 30, 420, 0.3, strength=0.75)
    hills(scene, ridge(scene, 560, 90, 2.4, 0.4), (190, 176, 146), 0.62, 760, 0.8, 0.3)
    haze(scene, 620, 110, 0.4)
    hills(scene, [(x * 8.0, _brow(scene, x * 8.0)) for x in range(203)], (196, 180, 146), 0.22, foot, 0.8, 0.3)
    with scene.pen((0, 150, scene.width, scene.height)) as pen:
        rows = 11
        for row in range(rows):
            _terrace(scene, pen, row / (rows - 1))
    haze(scene, 480, 160, 0.16)


def _brow(scene: Scene, x: float) -> float:
    t = (x - scene.focus_x) / scene.width
    return 470 + 330 * t * t + 26 * math.sin(x / 160) - 60 * t


def _terrace(scene: Scene, pen: Pen, near: float) -> None:
    """One street of the hillside: blocks side by side following the slope, gardens between."""
    rng, scale, depth = scene.rng, 0.42 + 1.1 * near, 0.34 * (1 - near)
    x = -60.0 + rng.uniform(0, 40)
    while x < scene.width + 40:
        y = _brow(scene, x) + (scene.height + 70 - _brow(scene, x)) * near**1.15 + 14
        wide = rng.uniform(50, 128) * scale
        if rng.random() < 0.24:
            for _ in range(3):
                cypress(scene, pen, x + rng.uniform(0, wide), y + 4, rng.uniform(34, 62) * scale, depth)
            olive(scene, pen, x + wide * 0.5, y + 4, 34 * scale, depth)
        else:
            tall = rng.choice((34, 44, 58, 58, 72, 86, 112)) * scale
            window = rng.choice(((5.5 * scale, 8 * scale), (5.5 * scale, 8 * scale), (17 * scale, 6.5 * scale)))
            facade = Facade(
                rng.choice(LIMESTONE), window, (6.5 * scale, 7.5 * scale), side=rng.uniform(0.2, 0.42), sun=0.92
            )
            block(scene, pen, x, y - tall, x + wide, y + 46 * scale, facade, depth)
            _roof(scene, pen, x, y - tall, wide, scale, depth)
        x += wide + rng.uniform(1, 14) * scale


def _roof(scene: Scene, pen: Pen, x: float, top: float, wide: float, scale: float, depth: float) -> None:
    """What stands on a flat roof: a stair head, a water tank, an aerial."""
    rng, light = scene.rng, scene.light
    pale, dark = light.see((232, 226, 214), 0.7, depth), light.see((70, 66, 66), 0.2, depth)
    if rng.random() < 0.6:
        left = x + wide * rng.uniform(0.1, 0.4)
        pen.rect(left, top - 12 * scale, left + wide * 0.26, top, light.see((226, 214, 192), 0.5, depth))
    if rng.random() < 0.7:
        left = x + wide * rng.uniform(0.5, 0.8)
        pen.rect(left, top - 8 * scale, left + 9 * scale, top - 2 * scale, pale if rng.random() < 0.5 else dark)
        pen.line([(left + 2 * scale, top), (left + 2 * scale, top - 3 * scale)], dark, 0.8)
    if rng.random() < 0.4:
        left = x + wide * rng.uniform(0.2, 0.7)
        pen.line([(left, top), (left, top - 18 * scale)], dark, max(0.7, scale * 0.9))


def bay(scene: Scene) -> None:
    shore, low = 600.0, scene.width * 0.78
    sky(scene, shore, low)
    clouds(scene, 60, shore - 60, 0.42, sun_x=low)
    sun(scene, low, shore - 70, 25)
    hills(scene, ridge(scene, shore, 210, 2.2, 0.45), (92, 84, 80), 0.72, shore + 30, 0.3, 0.2)
    haze(scene, shore, 80, 0.5)
    hills(scene, ridge(scene, shore, 120, 3.1, 0.5), (84, 78, 66), 0.5, shore + 30, 0.3, 0.25)
    haze(scene, shore, 60, 0.4)
    with scene.pen((0, shore - 130, scene.width, shore + 2)) as pen:
        _shore_front(scene, pen, shore, (14, 44), (16, 34), 0.5)
        _shore_front(scene, pen, shore, (10, 30), (18, 36), 0.3)
    water(scene, shore, chop=0.8, mirror=0.9)
    glitter(scene, low, shore, 90)
    _near_front(scene, shore)
    with scene.pen((0, shore - 40, scene.width, shore + 160)) as pen:
        wake(scene, pen, 980, shore + 42, 170, 0.4)
        ferry(scene, pen, 980, shore + 44, 96, 0.2, 0.3)


def _shore_front(
    scene: Scene, pen: Pen, base: float, height: tuple[float, float], width: tuple[float, float], depth: float
) -> None:
    rng, x = scene.rng, -10.0
    while x < scene.width:
        wide = rng.uniform(*width)
        swell = 1 + 0.5 * math.sin(x / 300)
        facade = Facade(rng.choice(LIMESTONE), (2.6, 3.4), (3, 3.4), 0.22, sun=0.45)
        block(scene, pen, x, base - rng.uniform(*height) * swell, x + wide, base, facade, depth)
        x += wide + rng.choice((0, 0, 1, 5))


def _near_front(scene: Scene, shore: float) -> None:
    """The near arm of the bay, coming round from the left: apartment blocks along a quay."""
    rng, light = scene.rng, scene.light
    count = 26
    curve = [(760 - 800 * (k / count) ** 0.75, shore + 2 + 250 * (k / count) ** 2.1) for k in range(count + 1)]
    with scene.pen((0, 120, 800, scene.height)) as pen:
        quay = light.see((150, 134, 118), 0.25, 0.1)
        pen.polygon([*curve, (-60, shore - 10), (760, shore - 2)], light.see((112, 100, 92), 0.35, 0.15))
        for k in range(count):
            (x1, y1), (x0, y0) = curve[k], curve[k + 1]
            scale, depth = 0.34 + 1.5 * (k / count) ** 1.5, 0.34 * (1 - k / count)
            tall = rng.uniform(74, 104) * scale
            facade = Facade(
                rng.choice((*LIMESTONE, (214, 170, 140), (206, 186, 176))),
                (6 * scale, 7 * scale),
                (6 * scale, 7 * scale),
                0.3,
                side=0.12,
                sun=0.62,
            )
            base = (y0 + y1) / 2 - 16 * scale
            block(scene, pen, x0 - 2, base - tall, x1 + 2, base, facade, depth)
            _roof(scene, pen, x0, base - tall, x1 - x0, scale, depth)
        pen.polygon([*curve, *[(x, y + 2 + (y - shore) * 0.09) for x, y in reversed(curve)]], quay)
        for k in range(2, count):
            x, y = curve[k]
            palm(scene, pen, x - 12, y - 2, 22 + 60 * (k / count) ** 1.5, 0.1, 0.25)
    for k in range(4, count, 2):
        x, y = curve[k]
        lamp(scene, x, y - 8 - 26 * (k / count) ** 1.5, 14 + 34 * k / count, 0.6)


def brick_quarter(scene: Scene) -> None:
    sky(scene, 560, scene.width * 0.75)
    clouds(scene, 20, 420, 0.4, sun_x=scene.width * 0.75)
    sun(scene, scene.width * 0.75, 420, 24)
    haze(scene, 520, 220, 0.5)
    rows = 7
    with scene.pen((0, 220, scene.width, scene.height)) as pen:
        for row in range(rows):
            near = row / (rows - 1)
            _brick_row(scene, pen, near)
    haze(scene, 560, 220, 0.22)
    with scene.pen((scene.focus_x - 400, 300, scene.focus_x + 400, scene.height)) as pen:
        _school(scene, pen, scene.focus_x, 470)
    for k in range(7):
        lamp(scene, scene.focus_x - 132 + 44 * k, 560, 74, 0.42, (255, 226, 160))


def _brick_row(scene: Scene, pen: Pen, near: float) -> None:
    rng, light, depth = scene.rng, scene.light, 0.62 * (1 - near) ** 1.3
    scale, x, top = 0.3 + 1.0 * near, -40.0, 430 + 300 * near**1.2
    while x < scene.width:
        wide, lift = rng.uniform(80, 150) * scale, rng.uniform(-70, 60) * (0.4 + 0.6 * near)
        y = top + lift
        paint = mix(BRICK, rng.choice(((196, 150, 116), (146, 98, 78), (182, 168, 150))), rng.uniform(0, 0.6))
        facade = Facade(
            paint, (9 * scale, 13 * scale), (13 * scale, 15 * scale), 0.1, (36, 32, 38), rng.uniform(0.14, 0.34), 0.34
        )
        block(scene, pen, x, y, x + wide, scene.height + 20, facade, depth)
        floor = 28 * scale
        level = y + floor
        while level < scene.height:
            pen.rect(x, level - 2 * scale, x + wide * (1 - facade.side), level, light.see((172, 160, 148), 0.3, depth))
            level += floor
        for share in (0.0, 0.36, 0.7):
            post = x + wide * (1 - facade.side) * share
            pen.rect(post, y, post + 3 * scale, scene.height, light.see((166, 152, 140), 0.26, depth))
        _dishes(scene, pen, x, y, wide, scale, depth)
        x += wide + rng.choice((0, 0, 6)) * scale


def _dishes(scene: Scene, pen: Pen, x: float, top: float, wide: float, scale: float, depth: float) -> None:
    rng, light = scene.rng, scene.light
    _roof(scene, pen, x, top, wide, scale * 1.2, depth)
    dark = light.see((60, 52, 54), 0.1, depth)
    for _ in range(rng.randint(1, 4)):
        px, size = x + wide * rng.uniform(0.1, 0.9), 6.5 * scale
        pen.line([(px, top), (px, top - 9 * scale)], dark, max(0.7, scale))
        pen.ellipse(px - size * 0.3, top - 12 * scale, size, size * 0.9, light.see((206, 198, 190), 0.5, depth))
    for _ in range(rng.randint(1, 4)):
        px = x + wide * rng.uniform(0.05, 0.95)
        pen.line([(px, top), (px, top - rng.uniform(10, 22) * scale)], dark, max(0.6, scale * 0.7))


def _school(scene: Scene, pen: Pen, x: float, top: float) -> None:
    """The one building with a whole floor lit."""
    light, half = scene.light, 160.0
    facade = Facade(mix(BRICK, (120, 84, 72), 0.4), (24, 30), (20, 32), 0.04, (34, 30, 38), 0.13, 0.26)
    block(scene, pen, x - half, top, x + half + 44, scene.height + 20, facade, 0.05)
    for level in range(6):
        y = top + 62 * (level + 1) - 8
        pen.rect(x - half, y, x + half + 16, y + 5, light.see((176, 160, 146), 0.3, 0.05))
    for k in range(7):
        left = x - half + 14 + 44 * k
        pen.rect(left, top + 66, left + 32, top + 110, (255, 232, 172))
        pen.rect(left, top + 66, left + 32, top + 76, (255, 244, 210))
        pen.line([(left + 16, top + 66), (left + 16, top + 110)], (150, 110, 70), 1.6)
        if k in (1, 2, 4, 5):
            pen.ellipse(left + 11, top + 99, 4, 4.6, (104, 70, 52))
            pen.rect(left + 6, top + 103, left + 16, top + 110, (104, 70, 52))
    _dishes(scene, pen, x - half, top, half * 2, 1.3, 0.05)


def old_silhouette(scene: Scene) -> None:
    shore, low = 680.0, scene.width * 0.36
    sky(scene, shore, low)
    clouds(scene, 40, shore - 140, 0.38, sun_x=low)
    sun(scene, low, shore - 116, 27)
    hills(scene, ridge(scene, shore, 120, 2.0, 0.4), (112, 108, 116), 0.74, shore + 20, 0.2, 0.15)
    with scene.pen((0, 120, scene.width, shore + 20)) as pen:
        suspension_bridge(scene, pen, Span(900, 1420, shore - 92, 190, shore, 6), (120, 116, 120), 0.52)
        for x, wide, tall, outline in (
            (80, 30, 190, slab),
            (126, 34, 250, stepped),
            (172, 28, 170, slab),
            (238, 30, 220, tapered),
            (300, 30, 150, slab),
        ):
            tower(scene, pen, x, shore, wide, tall, outline, 0.62, GLASS)
    haze(scene, shore, 120, 0.55)
    hills(scene, ridge(scene, shore + 8, 96, 1.6, 0.35), (84, 78, 82), 0.42, shore + 10, 0.2, 0.15)
    with scene.pen((0, 200, scene.width, shore + 4)) as pen:
        for base, depth in ((shore - 50, 0.46), (shore - 20, 0.36)):
            _shore_front(scene, pen, base + 30, (16, 40), (16, 34), depth)
        mosque(scene, pen, 760, shore - 44, 300, 0.34, STONE, (-1.3, -0.95, 0.95, 1.3))
        mosque(scene, pen, 420, shore - 30, 170, 0.36, STONE, (-1.2, 1.2))
        minaret(scene, pen, 1180, shore - 6, 190, 0.3)
        mosque(scene, pen, 1240, shore - 2, 120, 0.3, STONE, ())
        for _ in range(40):
            cypress(scene, pen, scene.rng.uniform(0, 1300), shore + 2, scene.rng.uniform(24, 50), 0.3)
        _shore_front(scene, pen, shore + 2, (10, 26), (18, 40), 0.26)
    mist(scene, shore - 4, 60, 0.6)
    water(scene, shore, chop=0.7, mirror=0.9)
    glitter(scene, low, shore, 90)
    with scene.pen((0, shore - 20, scene.width, scene.height)) as pen:
        ferry(scene, pen, 1060, shore + 76, 200, 0.1, 0.25)
        wake(scene, pen, 1060, shore + 76, 260, 0.5)
        for _ in range(14):
            gull, y = scene.rng.uniform(200, 1500), scene.rng.uniform(260, 560)
            pen.line(
                [(gull - 9, y - 3), (gull, y), (gull + 9, y - 4)],
                alpha(scene.light.see((50, 50, 60), 0, 0.3), 0.8),
                1.2,
            )
