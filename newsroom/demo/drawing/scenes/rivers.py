"""Rivers: an old bridge at first light, a broad brown bend between palms, sails before a pale city."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, mist, sky, sun
from newsroom.demo.drawing.bridges import arched_bridge
from newsroom.demo.drawing.buildings import STONE, Facade, block, minaret, mosque
from newsroom.demo.drawing.canvas import Pen, Scene, filled
from newsroom.demo.drawing.figures import walker
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import palm, palm_grove, reeds
from newsroom.demo.drawing.terrain import Relief, hills, relief, ridge, rugged
from newsroom.demo.drawing.vessels import felucca
from newsroom.demo.drawing.water import glitter, water


def old_bridge(scene: Scene) -> None:
    line, low = 690.0, scene.width * 0.76
    sky(scene, line, low)
    clouds(scene, 40, line - 170, 0.34, sun_x=low)
    sun(scene, low, line - 190, 26)
    relief(scene, Relief(600, 690, 150, (5, 2), 0.5, 1.2, haze=(0.74, 0.6), sun_from_left=False), (130, 116, 112))
    haze(scene, line - 20, 110, 0.6)
    with scene.pen((0, 300, scene.width, line + 6)) as pen:
        for x in range(-20, scene.width, 26):
            size = scene.rng.uniform(14, 34)
            for _ in range(4):
                pen.ellipse(x + scene.rng.uniform(-10, 10), line - 40 - size * scene.rng.random(), size * 0.7,
                size * 0.6,
                            scene.light.see((104, 112, 84), scene.rng.uniform(0, 0.5), 0.46))  # fmt: skip
        pen.rect(0, line - 46, scene.width, line, scene.light.see((130, 118, 96), 0.3, 0.4))
    mist(scene, line - 30, 50, 0.5)
    with scene.pen((0, 420, scene.width, line + 6)) as pen:
        arched_bridge(scene, pen, -70, scene.width + 70, line, 170, 13, (206, 162, 116), 0.1)
    haze(scene, line, 34, 0.35)
    water(scene, line, chop=0.35, mirror=1.0)
    glitter(scene, low, line, 80, strength=0.7)
    mist(scene, line + 12, 30, 0.5)
    with scene.pen((0, line, scene.width, scene.height)) as pen:
        _shoals(scene, pen, line)
        _strollers(scene, pen, 250, 1010)


def _shoals(scene: Scene, pen: Pen, line: float) -> None:
    """Gravel banks where the river is shallow."""
    rng, light = scene.rng, scene.light
    for x, y, reach, thick in (
        (1180, line + 96, 260, 9),
        (520, line + 160, 200, 9),
        (180, 1010, 520, 46),
        (1500, 1050, 420, 40),
    ):
        top = [
            (x - reach + 2 * reach * k / 30, y - thick * math.sin(math.pi * k / 30) * rng.uniform(0.75, 1.0))
            for k in range(31)
        ]
        pen.polygon(
            [*top, (x + reach, y + thick * 0.4), (x - reach, y + thick * 0.4)], light.see((150, 128, 104), 0.35, 0.08)
        )
        pen.line(top, alpha(light.see((220, 190, 150), 0.9), 0.7), max(1, thick * 0.06))
        for _ in range(90):
            px = x + rng.uniform(-0.9, 0.9) * reach
            py = y - rng.random() * thick * 0.7
            pen.ellipse(
                px,
                py,
                rng.uniform(1, 1 + thick * 0.08),
                rng.uniform(0.7, 0.7 + thick * 0.05),
                light.see((166, 146, 124), rng.random()),
            )


def _strollers(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """Small figures at the water's edge."""
    rng, dark = scene.rng, scene.light.see((52, 46, 54), 0.1)
    for k in range(7):
        px, tall = x + k * 44 + rng.uniform(-14, 14), rng.uniform(44, 58)
        foot = base - 36 + rng.uniform(-4, 10)
        walker(
            pen,
            rng,
            px,
            foot,
            tall,
            mix(dark, rng.choice(((120, 60, 60), (60, 80, 100), (90, 80, 70))), 0.3),
            dark,
            k % 3 == 1,
        )


def brown_bend(scene: Scene) -> None:
    horizon, low = 520.0, scene.width * 0.66
    light = scene.light
    sky(scene, horizon, low)
    clouds(scene, 20, horizon - 60, 0.45, sun_x=low)
    sun(scene, low, horizon - 62, 29)
    with scene.pen((0, horizon - 140, scene.width, horizon + 8)) as pen:
        palm_grove(scene, pen, 0, scene.width, horizon + 2, 44, 90, 0.5)
        for _ in range(24):
            x = scene.rng.uniform(0, scene.width)
            block(
                scene,
                pen,
                x,
                horizon - scene.rng.uniform(10, 26),
                x + scene.rng.uniform(16, 40),
                horizon + 2,
                Facade((196, 160, 124), (3, 4), (5, 5), 0.4, sun=0.4),
                0.5,
            )
        minaret(scene, pen, 430, horizon, 90, 0.5)
    haze(scene, horizon, 50, 0.35)
    water(scene, horizon, chop=0.55, colour=(92, 64, 46), mirror=0.85)
    glitter(scene, low, horizon, 100, strength=0.8)
    far = [(x * 10.0, horizon + 1 + 46 * max(0.0, 1 - x * 10 / 900) ** 1.5) for x in range(92)]
    with scene.pen((0, horizon - 120, scene.width, scene.height)) as pen:
        pen.polygon([(0, horizon - 6), *reversed(far)], light.see((120, 96, 66), 0.25, 0.35))
        palm_grove(scene, pen, 0, 420, horizon + 12, 110, 26, 0.28)
        for x in (60, 150, 250, 330):
            block(
                scene,
                pen,
                x,
                horizon - 34 + x * 0.03,
                x + 66,
                horizon + 18,
                Facade((206, 166, 126), (7, 9), (11, 9), 0.5, sun=0.35),
                0.26,
            )
    _near_bank(scene)


def _near_bank(scene: Scene) -> None:
    light, rng = scene.light, scene.rng
    bank = [
        (560, scene.height + 10.0),
        (610, scene.height - 60.0),
        (760, 900.0),
        (1010, 800.0),
        (1330, 745.0),
        (1640, 712.0),
        (1640, scene.height + 10.0),
    ]
    mask = scene.mask(filled(bank))
    scene.fill(
        mask, ((0.0, light.see((140, 116, 76), 0.55, 0.12)), (1.0, light.see((92, 78, 54), 0.3))), 700, scene.height
    )
    rugged(scene, mask, 700, scene.height, 0.5, 1.6)
    with scene.pen((540, 200, scene.width, scene.height)) as pen:
        for k in range(60):
            t = k / 59
            reeds(scene, pen, 590 + 1050 * t - 30, 620 + 1050 * t + 30, 1040 - 330 * t**0.55, 70 - 34 * t, 16)
        for x, base, tall in ((1120, 850, 330), (1240, 900, 470), (1390, 880, 400), (1530, 960, 620), (1010, 870, 220)):
            palm(scene, pen, x, base, tall, 0.02, 0.25)
        for x in (1300, 1440):
            block(scene, pen, x, 720, x + 130, 800, Facade((196, 154, 116), (16, 20), (26, 18), 0.6, sun=0.3), 0.08)
        for _ in range(30):
            reeds(scene, pen, rng.uniform(640, 1600), rng.uniform(640, 1600) + 1, rng.uniform(1000, 1070), 120, 3)
    lamp(scene, 1340, 756, 60, 0.4)


def sails(scene: Scene) -> None:
    horizon, light = 560.0, scene.light
    sky(scene, horizon)
    clouds(scene, 20, horizon - 120, 0.34, strength=0.85)
    hills(scene, ridge(scene, horizon, 60, 2.0, 0.35), (214, 192, 150), 0.6, horizon + 10, 0.9, 0.1)
    rng = scene.rng
    with scene.pen((0, 250, scene.width, horizon + 6)) as pen:
        for row in range(3):
            x = 0.0
            while x < scene.width:
                wide, tall = rng.uniform(26, 62), rng.uniform(30, 120 - 30 * row)
                paint: RGB = rng.choice(((236, 222, 196), (226, 206, 174), (240, 232, 216), (214, 190, 158)))
                block(
                    scene,
                    pen,
                    x,
                    horizon - 18 - tall,
                    x + wide,
                    horizon - 8,
                    Facade(paint, (4, 5), (4, 6), sun=0.9),
                    0.52 - 0.13 * row,
                )
                x += wide + rng.choice((0, 0, 3))
        mosque(scene, pen, 1180, horizon - 40, 170, 0.4, STONE, (-1.2, 1.2))
        minaret(scene, pen, 360, horizon - 20, 150, 0.4)
        palm_grove(scene, pen, 0, scene.width, horizon + 2, 64, 110, 0.2)
        pen.rect(0, horizon - 8, scene.width, horizon + 4, light.see((104, 128, 70), 0.7, 0.15))
    water(scene, horizon + 2, chop=0.8, colour=(30, 86, 104), mirror=0.8)
    with scene.pen((0, 260, scene.width, scene.height)) as pen:
        for x, y, size, depth in (
            (1180, 606, 120, 0.22),
            (300, 622, 150, 0.18),
            (1420, 650, 190, 0.1),
            (980, 594, 80, 0.3),
        ):
            felucca(scene, pen, x, y, size, depth)
            _sail_reflection(scene, pen, x, y, size)
        felucca(scene, pen, 700, 760, 440, 0.0, 0.95)
        _sail_reflection(scene, pen, 700, 760, 440)
        pen.polygon([(0, 1010), (160, 984), (420, 1016), (640, 1067), (0, 1067)], light.see((66, 96, 48), 0.5))
        for k in range(40):
            reeds(scene, pen, k * 15.0, k * 15.0 + 30, 1040 - 24 * math.sin(k / 12) + k * 0.7, 110, 8)
        for x in (60, 190):
            palm(scene, pen, x, 1040, 560 - x, 0.0, 0.7)


def _sail_reflection(scene: Scene, pen: Pen, x: float, y: float, size: float) -> None:
    rng, step = scene.rng, 2.0
    reach, tone = size * 0.8, scene.light.see((246, 240, 226), 0.9)
    dy = 2.0
    while dy < reach:
        t = dy / reach
        half = size * 0.24 * (1 - t) + 2
        shift = rng.uniform(-1, 1) * (2 + dy * 0.05)
        pen.rect(x - half + shift, y + dy, x + half * 0.7 + shift, y + dy + step * 0.6, alpha(tone, 0.4 * (1 - t)))
        dy, step = dy + step, step * 1.05
