"""Oil country: pump jacks along a pipeline at dusk, flares over standing water by night."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

from PIL import ImageChops

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, sky, stars, sun
from newsroom.demo.drawing.canvas import Pen, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.machines import pump_jack, pylon, wires
from newsroom.demo.drawing.noise import BICUBIC, cloudy, threshold
from newsroom.demo.drawing.plants import scrub
from newsroom.demo.drawing.terrain import ground, hills, ridge
from newsroom.demo.drawing.water import water


def pumping_station(scene: Scene) -> None:
    horizon, light = 690.0, scene.light
    low = scene.width * 0.36
    sky(scene, horizon, low)
    clouds(scene, 20, horizon - 70, 0.5, sun_x=low)
    sun(scene, low, horizon - 64, 30)
    hills(scene, ridge(scene, horizon + 6, 110, 2.4, 0.42), (110, 88, 76), 0.62, horizon + 30, 0.25, 0.2)
    haze(scene, horizon, 70, 0.45)
    hills(scene, ridge(scene, horizon + 16, 66, 3.0, 0.45), (96, 76, 64), 0.4, horizon + 40, 0.25, 0.25)
    ground(scene, horizon + 14, light.see((128, 98, 70), 0.32), light.see((150, 112, 80), 0.6, 0.45), 0.45)
    scene.glow(halo(scene.size, (low, horizon + 40), (700, 220), 1.5), light.sun, 0.3)
    with scene.pen((0, 300, scene.width, scene.height)) as pen:
        first = pylon(scene, pen, 1480, horizon + 40, 190, 0.4)
        second = pylon(scene, pen, 1250, horizon + 30, 130, 0.5)
        wires(scene, pen, first, second, 8)
        wires(scene, pen, second, pylon(scene, pen, 1110, horizon + 24, 90, 0.58), 5)
        for x, base, size, depth, tilt in (
            (300, 742, 70, 0.42, 0.1),
            (520, 732, 52, 0.5, -0.12),
            (640, 726, 40, 0.56, 0.14),
            (760, 722, 34, 0.6, -0.1),
        ):
            pump_jack(scene, pen, x, base, size, depth, tilt)
        scrub(scene, pen, horizon + 40, scene.height, 130, (112, 104, 66), 12)
        _pipeline(scene, pen, horizon)
        pump_jack(scene, pen, scene.focus_x + 60, 850, 280, 0.05, 0.2)
        pump_jack(scene, pen, scene.focus_x + 420, 776, 130, 0.26, -0.14)


def _pipeline(scene: Scene, pen: Pen, horizon: float) -> None:
    """A pipe on trestles from the near left to the foot of the hills."""
    light, steps = scene.light, 30
    path = [
        (-60 + 1150 * t**0.62, scene.height + 30 - (scene.height + 10 - horizon) * t**0.42)
        for t in (k / steps for k in range(steps + 1))
    ]
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(path)):
        size = 42 * (1 - index / steps) ** 1.7 + 2.2
        depth = 0.5 * (index / steps)
        pen.line(
            [(x0 + size * 0.5, y0 + size * 1.1), (x1 + size * 0.5, y1 + size)], alpha(light.fill, 0.45), size * 0.9
        )
        if index % 2 == 0:
            pen.rect(x0 - size * 0.2, y0, x0 + size * 0.2, y0 + size * 1.1, light.see((80, 66, 62), 0.1, depth))
        pen.line([(x0, y0), (x1, y1)], light.see((150, 132, 120), 0.1, depth), size)
        pen.line([(x0, y0 - size * 0.16), (x1, y1 - size * 0.16)], light.see((190, 164, 144), 0.55, depth), size * 0.55)
        pen.line(
            [(x0, y0 - size * 0.34), (x1, y1 - size * 0.34)],
            light.see((255, 220, 180), 1.0, depth),
            max(0.8, size * 0.13),
        )


def flares(scene: Scene) -> None:
    horizon = 640.0
    x = scene.focus_x
    stacks = (
        (x, 330.0, 1.0),
        (x - 330, 190.0, 0.5),
        (x + 290, 150.0, 0.42),
        (x - 640, 110.0, 0.28),
        (x - 160, 100.0, 0.26),
    )
    sky(scene, horizon)
    stars(scene, 300, 120)
    for sx, tall, size in stacks:
        scene.glow(
            halo(scene.size, (sx, horizon - tall - 40), (760 * size + 120, 620 * size + 90), 1.8), (255, 120, 44), 0.62
        )
    clouds(scene, 0, 430, 0.55, strength=0.5, colours=((186, 108, 72), (40, 36, 52)))
    with scene.pen((0, 200, scene.width, horizon + 4)) as pen:
        _works(scene, pen, horizon, stacks)
    for sx, tall, size in stacks:
        _flame(scene, sx, horizon - tall, 210 * size)
    haze(scene, horizon, 80, 0.3, (190, 104, 66))
    ground(scene, horizon, (26, 22, 26), (92, 58, 48), 0.3)
    water(scene, horizon + 34, chop=0.55, mirror=1.0, colour=(12, 12, 20))
    _mud(scene, horizon)


def _works(scene: Scene, pen: Pen, base: float, stacks: tuple[tuple[float, float, float], ...]) -> None:
    rng, dark = scene.rng, mix(scene.light.fill, (30, 20, 24), 0.6)
    for _ in range(46):
        x, tall = rng.uniform(0, scene.width), rng.uniform(8, 46)
        pen.rect(x, base - tall, x + rng.uniform(8, 50), base, dark)
    for _ in range(7):
        x, wide = rng.uniform(0, scene.width), rng.uniform(50, 90)
        pen.rect(x, base - 34, x + wide, base, mix(dark, (120, 72, 50), 0.22))
        pen.ellipse(x + wide / 2, base - 34, wide / 2, 6, mix(dark, (160, 92, 60), 0.3))
    for sx, tall, size in stacks:
        wide = 2 + 5 * size
        pen.rect(sx - wide / 2, base - tall, sx + wide / 2, base, dark)
        pen.line([(sx, base - tall * 0.9), (sx - tall * 0.4, base)], alpha(dark, 0.8), 0.9)
        pen.line([(sx, base - tall * 0.9), (sx + tall * 0.4, base)], alpha(dark, 0.8), 0.9)
    for _ in range(60):
        pen.ellipse(
            rng.uniform(0, scene.width),
            base - rng.uniform(3, 36),
            1.3,
            1.3,
            alpha((255, 214, 150), rng.uniform(0.4, 1)),
        )
    pen.rect(0, base - 5, scene.width, base + 4, dark)


def _flame(scene: Scene, x: float, y: float, size: float) -> None:
    """Burning gas leaning with the wind, white at the root and red at the tip."""
    layers: tuple[tuple[float, RGB, float], ...] = (
        (1.0, (232, 74, 26), 0.85),
        (0.74, (255, 142, 44), 0.95),
        (0.46, (255, 236, 170), 1.0),
    )
    box = (x - size, y - size * 1.5, x + size * 1.6, y + size * 0.3)
    for share, colour, strength in layers:
        mask = scene.mask(partial(_tongues, scene=scene, x=x, y=y, size=size * share), size * 0.035, box)
        lick = cloudy(scene.rng, (200, 134), (11, 14), 4, 0.6).resize(scene.size, BICUBIC)
        scene.glow(ImageChops.multiply(mask, threshold(lick, 10, 110)), colour, strength)
    lamp(scene, x + size * 0.2, y - size * 0.4, size * 1.6, 0.7, (255, 170, 80))


def _tongues(pen: Pen, scene: Scene, x: float, y: float, size: float) -> None:
    for _ in range(7):
        lean, tall = scene.rng.uniform(0.15, 0.65), size * scene.rng.uniform(0.6, 1.2)
        wide = size * scene.rng.uniform(0.1, 0.2)
        left, right = [], []
        for k in range(13):
            t = k / 12
            spine = x + lean * size * t**1.4 + math.sin(t * 5 + lean * 20) * size * 0.06 * t
            half = wide * math.sin(math.pi * min(1.0, t * 0.86 + 0.14)) ** 0.8
            left.append((spine - half, y - tall * t))
            right.append((spine + half, y - tall * t))
        pen.polygon([*left, *reversed(right)], 255)


def _mud(scene: Scene, horizon: float) -> None:
    """Dark spits breaking the water's surface."""
    rng = scene.rng
    with scene.pen((0, horizon + 30, scene.width, scene.height)) as pen:
        for _ in range(26):
            t = rng.random() ** 0.8
            y, reach = horizon + 40 + 420 * t, (60 + 360 * t) * rng.uniform(0.5, 1.3)
            x, thick = rng.uniform(-100, scene.width + 100), (2 + 13 * t) * rng.uniform(0.5, 1.2)
            top = [
                (x - reach + 2 * reach * k / 16, y - thick * math.sin(math.pi * k / 16) * rng.uniform(0.6, 1.1))
                for k in range(17)
            ]
            pen.polygon(
                [*top, (x + reach * 0.9, y + thick * 0.3), (x - reach * 0.9, y + thick * 0.3)],
                (20 + round(10 * (1 - t)), 17 + round(6 * (1 - t)), 22),
            )
            pen.line(top[2:-2], alpha((196, 104, 58), 0.35), max(0.8, thick * 0.08))
