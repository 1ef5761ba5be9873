"""Seats of power: a parliament on its hill at night, an assembly's columns and steps at dawn."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, sky, stars
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.light import alpha, mix
from newsroom.demo.drawing.plants import foliage, olive
from newsroom.demo.drawing.terrain import hills, ridge, rugged


def parliament(scene: Scene) -> None:
    light, x = scene.light, scene.focus_x
    sky(scene, 700, x)
    stars(scene, 460, 220)
    clouds(scene, 40, 520, 0.4, strength=0.5, colours=((104, 104, 128), (30, 40, 70)))
    hills(scene, ridge(scene, 680, 70, 2.0, 0.4), (80, 86, 100), 0.62, 720, 0.2, 0.2)
    with scene.pen((0, 600, scene.width, 730)) as pen:
        for _ in range(170):
            px = scene.rng.uniform(0, scene.width)
            pen.ellipse(
                px, 690 - 50 * scene.rng.random() ** 2, 1.2, 1.2, alpha(light.lamp, scene.rng.uniform(0.3, 0.9))
            )
    scene.glow(halo(scene.size, (x, 600), (900, 360), 1.5), (255, 190, 116), 0.34)
    brow: list[Point] = [
        (px, 648 + 150 * (abs(px - x) / 800) ** 2.4 + 4 * math.sin(px / 60)) for px in range(-20, scene.width + 40, 20)
    ]
    mask = scene.mask(filled([*brow, (scene.width + 20, 1100), (-20, 1100)]))
    scene.fill(mask, ((0.0, (58, 62, 60)), (1.0, (22, 27, 34))), 640, scene.height)
    rugged(scene, mask, 640, scene.height, 0.4, 2.4)
    with scene.pen() as pen:
        _chamber(scene, pen, x, 660)
        _steps(scene, pen, x)
        spots = [
            (px, y)
            for px, y in ((scene.rng.uniform(0, scene.width), scene.rng.uniform(720, 1050)) for _ in range(60))
            if abs(px - x) > 150 + (y - 680) * 0.6
        ]
        for px, y in sorted(spots, key=lambda spot: spot[1]):
            olive(scene, pen, px, y, 40 + (y - 700) * 0.3, 0.0, px > x)
    for k in range(15):
        scene.glow(halo(scene.size, (x - 476 + 68 * k, 652), (54, 118), 1.4), (255, 200, 130), 0.38)
    for side in (-1, 1):
        for k in range(5):
            px, y = x + side * (96 + 62 * k), 716 + 84 * k
            with scene.pen((px - 4, y - 50, px + 4, y + 4)) as pen:
                pen.line([(px, y), (px, y - 40 - 4 * k)], (40, 42, 50), 2)
            lamp(scene, px, y - 42 - 4 * k, 64 + 9 * k, 0.8)


def _chamber(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """A long low hall: a deep flat roof over a colonnade, every window behind it lit."""
    stone, shade, warm = (214, 186, 150), (120, 100, 88), (255, 220, 158)
    pen.rect(x - 250, base - 252, x + 250, base - 196, (150, 128, 108))
    for k in range(24):
        pen.rect(
            x - 238 + k * 20,
            base - 242,
            x - 226 + k * 20,
            base - 208,
            warm if scene.rng.random() < 0.8 else (92, 80, 74),
        )
    pen.rect(x - 262, base - 262, x + 262, base - 250, stone)
    pen.rect(x - 520, base - 176, x + 520, base - 10, (70, 56, 50))
    for k in range(52):
        left = x - 510 + k * 20
        for row in range(2):
            y = base - 152 + row * 66
            tone = mix(warm, (255, 246, 220), scene.rng.random() * 0.6) if scene.rng.random() < 0.86 else (96, 76, 62)
            pen.rect(left, y, left + 15, y + 48, tone)
    columns = 16
    for k in range(columns):
        left = x - 524 + k * 1036 / (columns - 1)
        pen.rect(left - 9, base - 184, left + 3, base - 6, stone)
        pen.rect(left + 3, base - 184, left + 13, base - 6, shade)
        pen.rect(left - 13, base - 190, left + 17, base - 182, stone)
    pen.rect(x - 570, base - 214, x + 570, base - 184, (226, 198, 160))
    pen.rect(x - 570, base - 188, x + 570, base - 182, (110, 92, 80))
    pen.rect(x - 580, base - 222, x + 580, base - 212, (240, 216, 180))
    pen.rect(x - 590, base - 10, x + 590, base + 8, (190, 166, 136))
    pen.rect(x - 620, base + 8, x + 620, base + 24, (150, 130, 110))
    pen.line([(x, base - 262), (x, base - 400)], (150, 146, 146), 3)
    flag = [(x + 2 + t * 86, base - 398 + 6 * math.sin(t * 6)) for t in (k / 10 for k in range(11))]
    pen.polygon([*flag, *[(px, y + 46) for px, y in reversed(flag)]], (74, 98, 142))


def _steps(scene: Scene, pen: Pen, x: float) -> None:
    for k in range(26):
        t = k / 25
        y, half = 684 + 380 * t**1.2, 76 + 300 * t**1.2
        tall = 7 + 14 * t
        pen.rect(x - half, y, x + half, y + tall, mix((176, 150, 122), (84, 78, 80), t))
        pen.rect(x - half, y, x + half, y + tall * 0.3, mix((226, 196, 158), (120, 110, 106), t))


def assembly(scene: Scene) -> None:
    """A columned front above broad steps with nobody on them, the first sun coming along it from the left."""
    light, x, base = scene.light, scene.focus_x, 640.0
    sky(scene, 700, 0.0)
    clouds(scene, 30, 520, 0.42, sun_x=0.0)
    hills(scene, ridge(scene, 650, 60, 2.0, 0.4), (120, 124, 128), 0.66, 700, 0.3, 0.2)
    scene.glow(halo(scene.size, (0, 560), (900, 560), 1.5), light.sky[-1][1], 0.5)
    with scene.pen() as pen:
        for side in (-1, 1):
            _poplars(scene, pen, x + side * 690)
        _portico(scene, pen, x, base)
        _broad_steps(scene, pen, x, base)
    outline = [(-620, 0), (-620, -330), (-430, -330), (-430, -418), (430, -418), (430, -330), (620, -330), (620, 0)]
    front = scene.mask(filled([(x + dx, base + dy) for dx, dy in outline]))
    rugged(scene, front, 200, base, 0.1, 4.0)
    haze(scene, base + 10, 90, 0.22)
    scene.glow(halo(scene.size, (0, 700), (1100, 520), 1.6), light.sun, 0.3)


def _poplars(scene: Scene, pen: Pen, x: float) -> None:
    for k in range(5):
        foliage(scene, pen, (x + (k - 2) * 58, 560 - 22 * (k % 2)), (24, 112), 150, (86, 108, 78), 0.28)


def _portico(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """Wings with deep windows, and between them twelve tall columns before a hall still in shadow."""
    see, stone = scene.light.see, (222, 206, 182)
    lit, plain, shade, deep = see(stone, 1.0), see(stone, 0.62), see(stone, 0.08), see((92, 80, 78), 0.08)
    for left, right in ((x - 620, x - 400), (x + 400, x + 620)):
        pen.rect(left, base - 330, right, base, plain)
        for k in range(5):
            for row in range(3):
                wx, wy = left + 22 + k * 40, base - 296 + row * 98
                pen.rect(wx, wy, wx + 20, wy + 64, deep)
                pen.rect(wx, wy, wx + 5, wy + 64, shade)
        pen.rect(left - 8, base - 346, right + 8, base - 328, lit)
    pen.rect(x - 404, base - 352, x + 404, base, deep)
    for k in range(11):
        door = x - 340 + k * 68
        pen.rect(door - 13, base - 210, door + 13, base, mix(deep, (20, 16, 20), 0.5))
        pen.rect(door - 13, base - 300, door + 13, base - 236, mix(deep, scene.light.lamp, 0.34))
    for k in range(12):
        column = x - 374 + k * 68
        for strip in range(8):
            tone = mix(lit, shade, min(1.0, max(0.0, strip / 7 * 1.25 - 0.12)))
            pen.rect(column - 16 + strip * 4, base - 344, column - 12 + strip * 4, base - 6, tone)
        pen.rect(column - 22, base - 356, column + 22, base - 342, plain)
        pen.rect(column - 22, base - 10, column + 22, base, plain)
    pen.rect(x - 430, base - 418, x + 430, base - 354, plain)
    pen.rect(x - 430, base - 360, x + 430, base - 353, shade)
    for k in range(43):
        pen.rect(x - 424 + k * 20, base - 400, x - 414 + k * 20, base - 374, shade)
    pen.rect(x - 446, base - 436, x + 446, base - 416, lit)


def _broad_steps(scene: Scene, pen: Pen, x: float, base: float) -> None:
    see, stone, count = scene.light.see, (206, 194, 178), 24
    for k in range(count):
        t = k / (count - 1)
        y, half, tall = base + 430 * t**1.35, 640 + 480 * t, 6 + 24 * t
        pen.rect(x - half, y, x + half, y + tall * 0.5, see(stone, 0.95, 0.16 * (1 - t)))
        pen.rect(x - half, y + tall * 0.5, x + half, y + tall * 1.4, see(stone, 0.55, 0.12 * (1 - t)))
    for k in range(12):
        column = x - 374 + k * 68
        end = column + 330 + (column - x) * 0.5
        pen.polygon(
            [(column - 16, base), (column + 16, base), (end + 70, scene.height), (end, scene.height)],
            alpha(scene.light.fill, 0.16),
        )
