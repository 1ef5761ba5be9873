"""Seats of power: a parliament on its hill at night."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import clouds, lamp, sky, stars
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.light import alpha, mix
from newsroom.demo.drawing.plants import olive
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
