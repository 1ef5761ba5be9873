"""Old markets: a vaulted lane of cloth, a row of coppersmiths' arches."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import haze
from newsroom.demo.drawing.buildings import pointed_arch
from newsroom.demo.drawing.canvas import Pen, Scene, filled, gradient, halo
from newsroom.demo.drawing.figures import walker
from newsroom.demo.drawing.lanes import Lane
from newsroom.demo.drawing.light import RGB, alpha, mix, times
from newsroom.demo.drawing.terrain import rugged

CLOTHS: tuple[RGB, ...] = (
    (168, 48, 46), (206, 138, 58), (46, 84, 112), (92, 44, 74), (196, 176, 132), (54, 98, 84), (222, 196, 150),
    (120, 60, 40),
    (72, 62, 110), (188, 96, 84),
)  # fmt: skip
VAULT: RGB = (204, 172, 132)


def cloth_lane(scene: Scene) -> None:
    vanish = (scene.focus_x + 100, 560.0)
    lane = Lane(vanish)
    scene.image.paste(gradient(scene.size, ((0.0, (52, 36, 30)), (0.5, (96, 68, 52)), (1.0, (46, 34, 30)))), (0, 0))
    left, right, floor = -330.0, 1960.0, 1330.0
    with scene.pen() as pen:
        _paving(scene, pen, lane, left, right, floor)
        for k in range(15, -1, -1):
            _bay(scene, pen, lane, (left, right, floor), k / 15)
    end = lane.at(0, 0, 1.0)
    scene.glow(halo(scene.size, (vanish[0], vanish[1]), (300, 330), 1.4), (255, 232, 196), 0.85)
    for depth in (0.12, 0.3, 0.55):
        _shaft(scene, lane, depth)
    haze(scene, end[1] + 230, 200, 0.2, (255, 222, 180))
    with scene.pen((vanish[0] - 160, 430, vanish[0] + 190, 800)) as pen:
        for x, tall, coat in (
            (vanish[0] - 44, 92.0, (52, 40, 46)),
            (vanish[0] + 12, 78.0, (70, 48, 44)),
            (vanish[0] + 60, 128.0, (44, 36, 40)),
        ):
            walker(pen, scene.rng, x, 610 + tall * 0.55, tall, coat, (60, 42, 38), tall > 120)


def _paving(scene: Scene, pen: Pen, lane: Lane, left: float, right: float, floor: float) -> None:
    rng = scene.rng
    for row in range(26):
        d0, d1 = row / 26, (row + 1) / 26
        for k in range(12):
            x0, x1 = left + (right - left) * k / 12, left + (right - left) * (k + 1) / 12
            tone = mix((126, 98, 76), (164, 130, 100), rng.random())
            glow = 0.5 + 0.5 * d0
            pen.polygon(
                [lane.at(x0, floor, d0), lane.at(x1, floor, d0), lane.at(x1, floor, d1), lane.at(x0, floor, d1)],
                times(tone, (255, 226, 190), glow),
            )


def _bay(scene: Scene, pen: Pen, lane: Lane, frame: tuple[float, float, float], depth: float) -> None:
    """One bay of the vault from the far end forwards: rib, walls, shelves of cloth on both sides."""
    left, right, floor = frame
    back, rng = min(1.0, depth + 1 / 15), scene.rng
    glow = 0.42 + 0.55 * depth + (0.25 if round(depth * 15) % 4 == 1 else 0.0)
    centre, spring, half = (left + right) / 2, 260.0, (right - left) / 2
    arc = [
        (centre + half * math.cos(math.pi * k / 16), spring - half * 0.62 * math.sin(math.pi * k / 16))
        for k in range(17)
    ]
    for k in range(16):
        facing = 0.75 + 0.25 * math.sin(math.pi * k / 16)
        quad = [
            lane.at(*arc[k], depth),
            lane.at(*arc[k + 1], depth),
            lane.at(*arc[k + 1], back),
            lane.at(*arc[k], back),
        ]
        pen.polygon(quad, times(mix(VAULT, (150, 110, 84), rng.random() * 0.25), (255, 222, 182), glow * facing))
    if round(depth * 15) % 2 == 0:
        rib = [lane.at(*point, depth) for point in arc]
        inner = [lane.at(centre + (x - centre) * 0.965, spring + (y - spring) * 0.965, depth) for x, y in arc]
        pen.polygon([*rib, *reversed(inner)], times((226, 196, 154), (255, 226, 190), glow))
    for side in (left, right):
        pen.polygon(
            [
                lane.at(side, spring, depth),
                lane.at(side, spring, back),
                lane.at(side, floor, back),
                lane.at(side, floor, depth),
            ],
            times((120, 88, 66), (255, 220, 180), glow * 0.8),
        )
        _shelves(scene, pen, lane, side, (spring, floor), (depth, back), glow)


def _shelves(
    scene: Scene,
    pen: Pen,
    lane: Lane,
    side: float,
    heights: tuple[float, float],
    depths: tuple[float, float],
    glow: float,
) -> None:
    rng, inward = scene.rng, 1 if side < lane.vanish[0] else -1
    reach = 190.0 * inward
    rows = 9
    for row in range(rows):
        y0 = heights[0] + 150 + (heights[1] - heights[0] - 190) * row / rows
        y1 = y0 + (heights[1] - heights[0] - 190) / rows * 0.92
        out = side + reach * (0.4 + 0.6 * row / rows)
        cloth = rng.choice(CLOTHS)
        lit = times(cloth, (255, 228, 196), min(1.15, glow * rng.uniform(0.85, 1.15)))
        end = times(mix(cloth, (255, 240, 220), 0.1), (255, 228, 196), min(1.2, glow * 1.1))
        near, far = depths[0] + 0.002, depths[1] - 0.006
        pen.polygon(
            [lane.at(out, y0, near), lane.at(out, y0, far), lane.at(out, y1, far), lane.at(out, y1, near)],
            times(lit, (255, 255, 255), 0.82),
        )
        pen.polygon(
            [lane.at(side, y0, near), lane.at(out, y0, near), lane.at(out, y1, near), lane.at(side, y1, near)], end
        )
        pen.line([lane.at(out, y0, near), lane.at(out, y0, far)], times(lit, (255, 255, 255), 1.2), 1.2)
        for k in range(1, 4):
            y = y0 + (y1 - y0) * k / 4
            pen.line([lane.at(side, y, near), lane.at(out, y, near)], alpha((30, 18, 16), 0.22), 1)


def _shaft(scene: Scene, lane: Lane, depth: float) -> None:
    """Daylight falling through an opening in the vault."""
    top, foot = lane.at(815, -420, depth), lane.at(620, 1330, depth)
    scale = lane.scale(depth)
    wide = 110 * scale
    shape = [
        (top[0] - wide * 0.5, max(-10.0, top[1])),
        (top[0] + wide * 0.5, max(-10.0, top[1])),
        (foot[0] + wide * 1.9, foot[1]),
        (foot[0] - wide * 1.1, foot[1]),
    ]
    scene.glow(scene.mask(filled(shape, 150), 16 * scale + 3), (255, 226, 176), 0.7)
    scene.glow(halo(scene.size, (foot[0] + wide * 0.4, foot[1]), (wide * 2.4, wide * 0.6), 1.2), (255, 226, 176), 0.65)
    with scene.pen((0, 0, scene.width, 300)) as pen:
        pen.ellipse(top[0], top[1] + 8 * scale, wide * 0.6, wide * 0.16, (255, 246, 224))


def arcade(scene: Scene) -> None:
    light = scene.light
    scene.image.paste(gradient(scene.size, ((0.0, light.sky[1][1]), (1.0, light.haze))), (0, 0))
    wall = scene.mask(lambda pen: pen.rect(0, 130, scene.width, 900, 255))
    scene.fill(wall, ((0.0, light.see((222, 194, 150), 0.95)), (1.0, light.see((206, 174, 130), 0.7))), 130, 900)
    with scene.pen() as pen:
        _courses(scene, pen)
    rugged(scene, wall, 130, 900, 0.16, 4.0)
    with scene.pen() as pen:
        bays = 6
        pitch = scene.width / (bays - 0.6)
        for k in range(bays):
            _shopfront(scene, pen, pitch * (k + 0.32), 118.0, 900.0, dark=k == 2)
        _street(scene, pen)
    _sunlight(scene)
    haze(scene, 760, 330, 0.22)


def _courses(scene: Scene, pen: Pen) -> None:
    rng, light = scene.rng, scene.light
    for row in range(20):
        y, x = 132 + row * 39.0, -rng.uniform(0, 80)
        while x < scene.width:
            wide = rng.uniform(60, 120)
            pen.rect(
                x + 1.5,
                y + 1.5,
                x + wide - 1.5,
                y + 37.5,
                alpha(light.see(mix((236, 212, 170), (190, 156, 112), rng.random()), 0.85), 0.7),
            )
            x += wide
    pen.rect(0, 112, scene.width, 140, light.see((236, 214, 176), 1.0))
    pen.rect(0, 140, scene.width, 152, light.see((150, 120, 90), 0.1))


def _shopfront(scene: Scene, pen: Pen, x: float, half: float, base: float, dark: bool) -> None:
    """One pointed bay; the ``dark`` one still waits for its mason."""
    rng, light, tall = scene.rng, scene.light, 600.0
    stones = 15
    outer, inner = pointed_arch(x, base, half + 34, tall + 40), pointed_arch(x, base, half, tall)
    pen.polygon(outer, light.see((230, 204, 160) if not dark else (150, 128, 104), 0.9))
    for k in range(stones):
        index = 1 + round(k / (stones - 1) * (len(outer) - 3))
        pen.line([outer[index], inner[index]], alpha(light.fill, 0.5), 1.6)
    reveal = [(px * 0.94 + (x + half) * 0.06, py) for px, py in inner]
    pen.polygon(inner, light.see((196, 164, 122) if not dark else (96, 82, 70), 0.4))
    deep = (58, 42, 34) if not dark else (22, 19, 20)
    pen.polygon(reveal, deep)
    if dark:
        for _ in range(26):
            px, size = x + rng.uniform(-half * 0.8, half * 0.8), rng.uniform(10, 30)
            y = base - rng.uniform(0, 60) * (1 - abs(px - x) / half)
            pen.polygon(
                [(px - size, y), (px - size * 0.6, y - size), (px + size * 0.7, y - size * 0.8), (px + size, y)],
                light.see((120, 104, 88), rng.uniform(0.0, 0.4)),
            )
        for off in (-50, 30):
            pen.line([(x + off, base), (x + off + 18, base - 430)], light.see((110, 84, 60), 0.3), 9)
        pen.line([(x - half * 0.9, base - 260), (x + half * 0.9, base - 236)], light.see((120, 92, 66), 0.4), 9)
        return
    for level in range(3):
        y = base - 150 - level * 110
        pen.rect(x - half * 0.8, y, x + half * 0.86, y + 8, (112, 78, 52))
        px = x - half * 0.74
        while px < x + half * 0.74:
            size = rng.uniform(14, 25)
            copper = mix((206, 118, 62), (236, 176, 96), rng.random())
            pen.ellipse(px + size, y - size * 0.8, size, size * 0.85, times(copper, (255, 240, 220), 0.75))
            pen.rect(
                px + size * 0.7, y - size * 2.1, px + size * 1.3, y - size * 1.2, times(copper, (255, 240, 220), 0.6)
            )
            pen.ellipse(px + size * 0.72, y - size * 1.1, size * 0.28, size * 0.22, (255, 226, 170))
            px += size * 2.3
    pen.polygon(
        [(x - half * 0.9, base - 90), (x + half * 0.94, base - 90), (x + half * 0.94, base), (x - half * 0.9, base)],
        (96, 62, 40),
    )
    pen.rect(x - half * 0.9, base - 96, x + half * 0.94, base - 86, (150, 104, 66))
    lamp_y = base - tall * 0.62
    pen.line([(x, base - tall + 30), (x, lamp_y)], (40, 32, 28), 2)
    pen.ellipse(x, lamp_y + 10, 13, 15, (255, 226, 164))


def _street(scene: Scene, pen: Pen) -> None:
    rng, light = scene.rng, scene.light
    pen.rect(0, 900, scene.width, scene.height, light.see((186, 158, 122), 0.6))
    for row in range(7):
        y, tall, x = 900 + 9 * row * (1 + row * 0.42), 10 + row * 7, -rng.uniform(0, 90)
        while x < scene.width:
            wide = (70 + row * 22) * rng.uniform(0.7, 1.2)
            pen.rect(
                x + 1,
                y + 1,
                x + wide - 1,
                y + tall,
                alpha(light.see(mix((206, 178, 140), (150, 124, 94), rng.random()), 0.75), 0.8),
            )
            x += wide
    for spot, height, cloth, robe in (
        (330.0, 236.0, (74, 60, 66), False),
        (1130.0, 226.0, (120, 84, 70), True),
        (1204.0, 240.0, (64, 74, 86), False),
    ):
        pen.ellipse(spot + 50, 986, 96, 9, alpha(light.fill, 0.5))
        walker(pen, rng, spot, 986, height, light.see(cloth, 0.5), light.see((170, 124, 96), 0.6), robe)


def _sunlight(scene: Scene) -> None:
    """A slant of sun across the front, with the opposite roofs' shadow below it."""
    shade = scene.mask(
        filled([(0, 560), (430, 480), (430, 540), (980, 430), (980, 500), (1600, 380), (1600, 1067), (0, 1067)]),
        5,
    )
    scene.tint(shade, mix(scene.light.fill, (60, 44, 40), 0.5), 0.24)
