"""The sea in weather and by night: waves over a harbour wall, ferries below domes, a lit bridge over a strait."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, rain_streaks, sky, stars, sun
from newsroom.demo.drawing.bridges import Span, suspension_bridge
from newsroom.demo.drawing.buildings import STONE, Facade, block, minaret, mosque
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.noise import BICUBIC, cloudy, threshold, white
from newsroom.demo.drawing.terrain import STEP, hills, profile, ridge
from newsroom.demo.drawing.vessels import ferry, wake
from newsroom.demo.drawing.water import glitter, streaks, water

FOAM: RGB = (232, 238, 236)
GREEN_WATER: RGB = (72, 102, 102)
DEEP_WATER: RGB = (30, 46, 52)


def breakwater(scene: Scene) -> None:
    horizon = 500.0
    sky(scene, horizon)
    clouds(scene, 0, horizon, 0.95, 1.6, ((150, 156, 156), (52, 60, 68)), 0.95)
    clouds(scene, 0, horizon - 60, 0.6, 2.6, ((176, 180, 176), (44, 52, 60)), 0.8)
    haze(scene, horizon, 110, 0.6)
    with scene.pen((0, horizon - 90, scene.width, horizon + 4)) as pen:
        for k in range(40):
            x = 900 + k * 18
            tall = scene.rng.uniform(8, 42)
            block(
                scene, pen, x, horizon - tall, x + 17, horizon, Facade((190, 186, 176), (2.4, 3), (3, 3), sun=0.4), 0.66
            )
        pen.rect(1236, horizon - 86, 1246, horizon, scene.light.see((220, 216, 204), 0.4, 0.5))
    water(scene, horizon, chop=1.6, mirror=0.55, colour=DEEP_WATER)
    for index in range(6):
        _wave(scene, horizon + 20 + 40 * index * (1 + index * 0.14), 0.16 + 0.14 * index)
    _wall(scene)
    _burst(scene, scene.focus_x, 640, 300)
    _burst(scene, scene.focus_x + 330, 700, 170)
    _wave(scene, 905, 1.15)
    _wave(scene, 1010, 1.4)
    rain_streaks(scene, 0.16)


def _wave(scene: Scene, base: float, near: float) -> None:
    """One sea rolling across the picture: a steep lit face, a torn crest, foam sliding down its back."""
    heights = profile(scene.rng, scene.width, 3.4 + 4 * (1.5 - near), 0.42, 6)
    rise = 78 * near
    crest: list[Point] = [(i * STEP, base - rise * (1 - abs(2 * v - 1)) ** 1.25) for i, v in enumerate(heights)]
    foot = base + 74 * near
    outline = [*crest, (scene.width + 8, foot), (-8, foot)]
    top = min(y for _, y in crest)
    box = (0, top - 4, scene.width, foot + 2)
    mask = scene.mask(filled(outline), 0, box)
    light = scene.light
    scene.fill(
        mask,
        (
            (0.0, mix(GREEN_WATER, light.haze, 0.42 - 0.25 * near)),
            (0.35, mix(DEEP_WATER, GREEN_WATER, 0.5)),
            (1.0, DEEP_WATER),
        ),
        top,
        foot,
    )
    field = cloudy(scene.rng, (scene.width // 2, max(8, round(foot - top) // 2)), (14 / near, 9), 5, 0.65)
    field = field.resize((scene.width, max(8, round(foot - top))), BICUBIC)
    whole = Image.new("L", scene.size, 128)
    whole.paste(field, (0, round(top)))
    scene.texture(whole, mask, 0.5)
    lace = cloudy(scene.rng, (field.width // 2, max(8, field.height // 2)), (60 / near, 22), 4, 0.75).resize(
        field.size, BICUBIC
    )
    lines = scene.mask(lambda pen: _crest_foam(pen, scene, crest, near), 1.6 * near, box)
    torn = Image.new("L", scene.size)
    torn.paste(threshold(lace, 104, 190), (0, round(top)))
    scene.tint(ImageChops.multiply(ImageChops.multiply(lines, torn), mask), FOAM, 1.0)


def _crest_foam(pen: Pen, scene: Scene, crest: list[Point], near: float) -> None:
    edge = [(x, y + 3) for x, y in crest[::3]]
    for k in range(9):
        drop = 5.0 * k * near
        pen.line([(x, y + drop * (1.0 + 0.35 * math.sin(x / 70))) for x, y in edge], max(20, 230 - 26 * k), 5 * near)


def _wall(scene: Scene) -> None:
    """The harbour wall running out from the lower left, its armour blocks at the foot."""
    rng, light = scene.rng, scene.light
    top: list[Point] = [(-10, 700), (760, 664), (1180, 648)]
    with scene.pen((0, 600, 1260, 960)) as pen:
        pen.polygon([*top, (1196, 700), (820, 780), (-10, 900)], light.see((120, 116, 108), 0.45, 0.05))
        pen.polygon(
            [(-10, 682), (760, 652), (1180, 640), (1180, 650), (760, 668), (-10, 706)],
            light.see((170, 166, 154), 0.9, 0.05),
        )
        for k in range(60):
            x = k * 20.0
            slope = 700 - x * 0.044
            pen.line([(x, slope + 4), (x + 3, slope + 120 - x * 0.06)], alpha(light.see((70, 70, 68), 0.1), 0.25), 1.2)
        pen.rect(1120, 520, 1142, 646, light.see((206, 200, 186), 0.5, 0.1))
        pen.rect(1114, 508, 1148, 524, light.see((150, 60, 50), 0.5, 0.1))
        pen.ellipse(1131, 516, 5, 5, (255, 230, 170))
        for _ in range(70):
            x = rng.uniform(-20, 1230)
            y, size = 800 - x * 0.085 + rng.uniform(-26, 56), rng.uniform(18, 36)
            tone = light.see((116, 114, 106), rng.uniform(0.1, 0.9), 0.02)
            pen.polygon(
                [
                    (x - size, y + size * 0.6),
                    (x - size * 0.7, y - size * 0.5),
                    (x + size * 0.5, y - size * 0.7),
                    (x + size, y + size * 0.4),
                ],
                tone,
            )
            pen.polygon(
                [
                    (x - size, y + size * 0.6),
                    (x + size, y + size * 0.4),
                    (x + size * 0.8, y + size),
                    (x - size * 0.8, y + size),
                ],
                light.see((80, 80, 76), 0.05),
            )
    lamp(scene, 1131, 516, 60, 0.6, (255, 236, 190))


def _burst(scene: Scene, x: float, y: float, size: float) -> None:
    """A sea that has struck the wall and stands up in spray."""
    rng = scene.rng
    plume = scene.mask(
        lambda pen: _fans(pen, scene, x, y, size),
        size * 0.045,
        (x - size * 1.6, y - size * 1.3, x + size * 1.6, y + size * 0.4),
    )
    field = cloudy(rng, (400, 267), (9, 9), 5, 0.62).resize(scene.size, BICUBIC)
    scene.tint(ImageChops.multiply(plume, threshold(field, 40, 150)), FOAM, 0.98)
    base = ImageChops.multiply(
        halo(scene.size, (x, y + size * 0.1), (size * 1.2, size * 0.4), 0.8), threshold(field, 30, 140)
    )
    scene.tint(base, FOAM, 0.8)
    speck = threshold(white(rng, (scene.width // 2, scene.height // 2)).resize(scene.size, BICUBIC), 232, 246)
    spray = ImageChops.multiply(speck, halo(scene.size, (x, y - size * 0.6), (size * 1.3, size * 1.2), 0.9))
    scene.tint(spray, FOAM, 0.75)
    scene.tint(
        halo(scene.size, (x + size * 0.3, y - size * 0.4), (size * 1.5, size), 1.6),
        mix(FOAM, scene.light.haze, 0.5),
        0.4,
    )


def _fans(pen: Pen, scene: Scene, x: float, y: float, size: float) -> None:
    rng = scene.rng
    for _ in range(46):
        angle = math.pi / 2 + rng.gauss(0, 0.5)
        reach = size * rng.uniform(0.4, 1.15) * math.sin(angle) ** 2
        root = x + rng.uniform(-0.55, 0.55) * size
        tip = (root + math.cos(angle) * reach * 0.7, y - math.sin(angle) * reach)
        width = size * rng.uniform(0.03, 0.1)
        pen.polygon(
            [
                (root - width, y + size * 0.14),
                (tip[0] - width * 0.2, tip[1]),
                (tip[0] + width * 0.2, tip[1]),
                (root + width, y + size * 0.14),
            ],
            rng.randint(110, 235),
        )


def golden_horn(scene: Scene) -> None:
    shore, low = 640.0, scene.width * 0.7
    sky(scene, shore, low)
    clouds(scene, 30, shore - 90, 0.45, sun_x=low)
    sun(scene, low, shore - 150, 30)
    haze(scene, shore - 40, 120, 0.4)
    hills(scene, ridge(scene, shore - 10, 110, 1.8, 0.3), (98, 84, 88), 0.6, shore + 10, 0.2, 0.1)
    with scene.pen((0, 80, scene.width, shore + 6)) as pen:
        _roofscape(scene, pen, shore - 34, 0.5, (18, 54))
        mosque(scene, pen, scene.focus_x - 60, shore - 78, 380, 0.3, STONE, (-1.25, -0.95, 0.95, 1.25))
        mosque(scene, pen, 240, shore - 62, 220, 0.38, STONE, (-1.2, 1.2))
        mosque(scene, pen, 1330, shore - 60, 200, 0.42, STONE, (-1.2, 1.2))
        minaret(scene, pen, 1130, shore - 40, 170, 0.36)
        _roofscape(scene, pen, shore + 2, 0.24, (24, 76))
    haze(scene, shore, 70, 0.32)
    water(scene, shore, chop=0.9, mirror=0.95)
    glitter(scene, low, shore, 120)
    with scene.pen((0, shore - 60, scene.width, scene.height)) as pen:
        ferry(scene, pen, 980, shore + 26, 130, 0.28, 0.2)
        wake(scene, pen, 980, shore + 26, 140, 0.35)
        ferry(scene, pen, 300, shore + 120, 330, 0.06, 0.2)
        wake(scene, pen, 306, shore + 122, 320, 0.5)
        ferry(scene, pen, 60, shore + 18, 90, 0.36, 0.2)
        _gulls(scene, pen, 16)


def _roofscape(scene: Scene, pen: Pen, base: float, depth: float, height: tuple[float, float]) -> None:
    rng, x = scene.rng, -10.0
    while x < scene.width:
        wide, tall = rng.uniform(18, 46), rng.uniform(*height)
        paint = rng.choice(((206, 176, 148), (190, 150, 128), (214, 200, 180), (170, 136, 120)))
        block(scene, pen, x, base - tall, x + wide, base, Facade(paint, (3, 4), (4, 5), 0.24, sun=0.35), depth)
        pen.polygon(
            [(x - 2, base - tall), (x + wide * 0.4, base - tall - rng.uniform(5, 11)), (x + wide + 2, base - tall)],
            scene.light.see((150, 84, 66), 0.3, depth),
        )
        x += wide


def _gulls(scene: Scene, pen: Pen, count: int) -> None:
    colour = alpha(scene.light.see((70, 62, 66), 0.0, 0.2), 0.85)
    for _ in range(count):
        x, y, size = scene.rng.uniform(100, 1500), scene.rng.uniform(240, 700), scene.rng.uniform(5, 13)
        pen.line(
            [
                (x - size, y - size * 0.4),
                (x - size * 0.35, y - size * 0.5),
                (x, y),
                (x + size * 0.35, y - size * 0.55),
                (x + size, y - size * 0.3),
            ],
            colour,
            1.3,
        )


def night_bridge(scene: Scene) -> None:
    shore = 700.0
    sky(scene, shore, scene.width * 0.5)
    stars(scene, 380, 160)
    clouds(scene, 40, 520, 0.35, strength=0.45, colours=((96, 98, 124), (30, 40, 70)))
    hills(scene, ridge(scene, shore, 150, 2.0, 0.4), (60, 70, 90), 0.6, shore + 10, 0.2, 0.1)
    rng = scene.rng
    with scene.pen((0, shore - 150, scene.width, shore + 4)) as pen:
        for _ in range(420):
            x = rng.uniform(0, scene.width)
            y = shore - 90 * rng.random() ** 2.0 - 3
            pen.ellipse(
                x, y, 1.3, 1.3, alpha(mix(scene.light.lamp, (255, 255, 255), rng.random() * 0.5), rng.uniform(0.3, 1))
            )
    span = Span(330, 1270, shore - 150, 330, shore + 6, 11)
    with scene.pen((0, 120, scene.width, shore + 10)) as pen:
        suspension_bridge(scene, pen, span, (128, 138, 160), 0.1, lit=True)
    for x in (span.left, span.right):
        scene.glow(halo(scene.size, (x, span.deck - 160), (90, 260), 1.6), (120, 150, 255), 0.4)
    scene.glow(halo(scene.size, (800, span.deck), (900, 90), 1.6), (255, 190, 110), 0.4)
    water(scene, shore, chop=0.75, mirror=1.0)
    lights = [(rng.uniform(0, scene.width), rng.uniform(0.15, 0.6), scene.light.lamp) for _ in range(46)]
    streaks(scene, [*lights, (span.left, 0.9, (150, 176, 255)), (span.right, 0.9, (150, 176, 255))], shore, 240)
    boats = (
        (420.0, shore + 70, 170.0, 0.1),
        (1010.0, shore + 30, 100.0, 0.25),
        (880.0, shore + 170, 330.0, 0.0),
        (120.0, shore + 22, 76.0, 0.3),
    )
    with scene.pen((0, shore - 60, scene.width, scene.height)) as pen:
        for x, y, length, depth in boats:
            ferry(scene, pen, x, y, length, depth, 0.5)
    for x, y, length, _ in boats:
        streaks(
            scene, [(x + length * t, 0.8, scene.light.lamp) for t in (0.15, 0.3, 0.45, 0.6, 0.75)], y + 3, length * 0.34
        )
        scene.glow(
            halo(scene.size, (x + length / 2, y - length * 0.12), (length * 0.8, length * 0.4), 2),
            scene.light.lamp,
            0.35,
        )
