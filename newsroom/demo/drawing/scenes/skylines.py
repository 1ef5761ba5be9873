"""Cities of glass: the Gulf coast, a business district after dark, a creek with boats."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, sky, stars
from newsroom.demo.drawing.buildings import (
    GLASS,
    OUTLINES,
    PLASTER,
    Facade,
    Outline,
    block,
    bullet,
    needle,
    sail,
    slab,
    stepped,
    tapered,
    tower,
)
from newsroom.demo.drawing.canvas import Pen, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import palm, palm_grove
from newsroom.demo.drawing.vessels import dhow
from newsroom.demo.drawing.water import glitter, streaks, water

TINTS: tuple[RGB, ...] = (GLASS, (124, 150, 158), (150, 142, 130), (92, 116, 146), (168, 160, 150))


# Offset from the focus, width, height, outline.
Leading = tuple[float, float, float, Outline]

GULF: tuple[Leading, ...] = (
    (-350, 74, 330, slab), (-244, 62, 420, tapered), (-150, 84, 300, stepped), (-14, 66, 560, needle),
    (78, 86, 372, sail),
    (206, 70, 440, bullet), (290, 82, 290, slab), (396, 60, 350, tapered),
)  # fmt: skip
DISTRICT: tuple[Leading, ...] = (
    (-430, 70, 300, slab), (-346, 60, 420, stepped), (-250, 84, 360, slab), (-118, 76, 560, tapered),
    (-40, 64, 460, slab),
    (78, 92, 640, bullet), (172, 72, 500, stepped), (266, 88, 380, slab), (386, 66, 450, tapered), (466, 80, 290, slab),
)  # fmt: skip
CREEK: tuple[Leading, ...] = (
    (-390, 58, 250, slab), (-290, 66, 350, sail), (-190, 52, 300, stepped), (-88, 62, 400, tapered),
    (16, 58, 600, needle),
    (100, 60, 380, bullet), (196, 68, 320, slab), (320, 56, 400, stepped), (400, 62, 260, slab),
)  # fmt: skip


def tower_row(
    scene: Scene, pen: Pen, base: float, height: tuple[float, float], width: tuple[float, float], count: int,
    depth: float, lit: float = 0.28,
) -> None:  # fmt: skip
    """A loose row of towers across the picture, tallest around the focus."""
    rng = scene.rng
    for index in range(count):
        x = scene.width * (index + rng.uniform(0.1, 0.9)) / count
        near = 1 - min(1.0, abs(x - scene.focus_x) / (scene.width * 0.42))
        tall = height[0] + (height[1] - height[0]) * (0.25 * rng.random() + 0.75 * near**1.3 * rng.uniform(0.5, 1))
        outline = rng.choice(OUTLINES)
        tower(
            scene,
            pen,
            x,
            base,
            rng.uniform(*width),
            tall,
            outline,
            depth,
            rng.choice(TINTS),
            lit,
            spire=rng.choice((0, 0, 0.1)),
        )


def cluster(scene: Scene, base: float, leading: Sequence[Leading], depth: float, lit: float = 0.36) -> None:
    """The towers a skyline is known by, with others close behind."""
    rng = scene.rng
    with scene.pen((0, 0, scene.width, base + 2)) as pen:
        for offset, wide, tall, _ in leading:
            x = scene.focus_x + offset + rng.uniform(30, 70)
            tower(
                scene,
                pen,
                x,
                base,
                wide * 0.8,
                tall * rng.uniform(0.5, 0.8),
                rng.choice(OUTLINES[:3]),
                depth + 0.22,
                rng.choice(TINTS),
                lit * 0.8,
            )
    haze(scene, base, 160, 0.3)
    with scene.pen((0, 0, scene.width, base + 2)) as pen:
        for offset, wide, tall, outline in leading:
            x = scene.focus_x + offset + rng.uniform(-22, 22)
            spire = 0.1 if outline in (needle, tapered) else 0.0
            tower(scene, pen, x, base, wide, tall, outline, depth, rng.choice(TINTS), lit, spire=spire)


def low_rise(
    scene: Scene,
    pen: Pen,
    base: float,
    height: tuple[float, float],
    width: tuple[float, float],
    depth: float,
    facade: Facade,
) -> None:
    """An unbroken line of blocks along a shore."""
    rng, x = scene.rng, -20.0
    while x < scene.width:
        wide = rng.uniform(*width)
        block(scene, pen, x, base - rng.uniform(*height), x + wide, base, facade, depth)
        x += wide + rng.choice((0, 0, 3, 8))


def gulf_coast(scene: Scene) -> None:
    shore = 700.0
    sky(scene, shore, scene.width * 0.25)
    clouds(scene, 40, shore - 120, 0.22, strength=0.5)
    with scene.pen((0, 100, scene.width, shore + 2)) as pen:
        tower_row(scene, pen, shore, (60, 300), (26, 52), 30, 0.72)
    haze(scene, shore, 220, 0.55)
    with scene.pen((0, 60, scene.width, shore + 2)) as pen:
        tower_row(scene, pen, shore, (70, 400), (34, 62), 15, 0.42)
    haze(scene, shore, 140, 0.45)
    cluster(scene, shore, GULF, 0.14)
    with scene.pen((0, shore - 80, scene.width, shore + 2)) as pen:
        low_rise(scene, pen, shore, (12, 40), (40, 90), 0.12, Facade(PLASTER, (4, 4), (4, 5), sun=0.95))
        palm_grove(scene, pen, 0, scene.width, shore, 44, 60, 0.12)
        pen.rect(0, shore - 4, scene.width, shore + 2, scene.light.see((222, 206, 170), 0.9, 0.1))
    water(scene, shore, chop=0.75, colour=(22, 116, 134), mirror=0.72)
    glitter(scene, scene.width * 0.25, shore, 260, strength=0.35)


def business_district(scene: Scene) -> None:
    base = 800.0
    sky(scene, base, scene.focus_x)
    stars(scene, 420, 120)
    clouds(scene, 0, 520, 0.4, strength=0.5, colours=((78, 84, 112), (24, 30, 52)))
    haze(scene, base - 60, 320, 0.6, (92, 82, 96))
    with scene.pen((0, 200, scene.width, base)) as pen:
        tower_row(scene, pen, base, (60, 320), (24, 46), 34, 0.66, 0.22)
    haze(scene, base, 240, 0.5, (98, 84, 92))
    cluster(scene, base + 2, DISTRICT, 0.14, 0.44)
    haze(scene, base, 110, 0.45, (120, 92, 84))
    _roofs(scene, base - 26)
    scene.glow(halo(scene.size, (scene.focus_x - 150, 860), (760, 240), 1.4), (255, 160, 84), 0.3)
    _traffic(scene)


def _roofs(scene: Scene, top: float) -> None:
    rng = scene.rng
    facade = Facade((176, 152, 132), (5, 7), (7, 8), 0.24, side=0.3, sun=0.55)
    with scene.pen((0, top - 80, scene.width, scene.height)) as pen:
        for row in range(6):
            scale, y, x = 0.6 + row * 0.28, top + 34 + row * row * 9 + row * 16, -30.0
            while x < scene.width:
                wide = rng.uniform(44, 92) * scale
                block(scene, pen, x, y - rng.uniform(30, 66) * scale, x + wide, y + 60, facade, 0.34 - row * 0.06)
                if rng.random() < 0.3:
                    pen.ellipse(x + wide * 0.5, y - 4, 2, 2, scene.light.lamp)
                x += wide + rng.uniform(0, 8)


def _traffic(scene: Scene) -> None:
    """A road into the district: long-exposure trails, red going in, white coming out."""
    foot, far_x, far_y = scene.height + 20.0, scene.focus_x - 150, 812.0
    road = [(far_x - 5, far_y), (far_x + 5, far_y), (scene.width * 0.72, foot), (scene.width * 0.12, foot)]
    with scene.pen((0, far_y - 4, scene.width, scene.height)) as pen:
        pen.polygon(road, (40, 40, 52))
    trails = scene.mask(lambda pen: _trails(pen, scene, (far_x, far_y), 0.16, 0.36), 1.2)
    scene.glow(trails, (255, 214, 160), 0.95)
    trails = scene.mask(lambda pen: _trails(pen, scene, (far_x, far_y), 0.42, 0.66), 1.2)
    scene.glow(trails, (255, 62, 44), 0.95)
    lamp(scene, far_x, far_y, 120, 0.7)


def _trails(pen: Pen, scene: Scene, far: tuple[float, float], left: float, right: float) -> None:
    rng = scene.rng
    for _ in range(16):
        foot = scene.width * rng.uniform(left, right)
        pen.polygon(
            [
                (far[0] - 0.5, far[1]),
                (far[0] + 0.5, far[1]),
                (foot + rng.uniform(2, 7), scene.height + 5),
                (foot, scene.height + 5),
            ],
            rng.randint(70, 255),
        )


def creek(scene: Scene) -> None:
    shore = 690.0
    sky(scene, shore, scene.focus_x)
    stars(scene, 420, 140)
    haze(scene, shore, 360, 0.75, (96, 84, 104))
    with scene.pen((0, 60, scene.width, shore + 2)) as pen:
        tower_row(scene, pen, shore, (50, 330), (24, 44), 30, 0.6, 0.24)
    haze(scene, shore, 200, 0.5, (104, 88, 100))
    cluster(scene, shore, CREEK, 0.2)
    with scene.pen((0, shore - 100, scene.width, shore + 2)) as pen:
        low_rise(scene, pen, shore, (24, 62), (46, 100), 0.08, Facade((206, 176, 140), (5, 7), (6, 7), 0.45, sun=0.7))
        for _ in range(26):
            palm(scene, pen, scene.rng.uniform(0, scene.width), shore, scene.rng.uniform(36, 58), 0.1, 0.2)
        quay = [(scene.width * k / 40, scene.rng.uniform(0.4, 1.0)) for k in range(41)]
        pen.rect(0, shore - 5, scene.width, shore + 2, (38, 36, 46))
        for x, strength in quay:
            pen.ellipse(x, shore - 16, 1.6 + strength, 1.6 + strength, mix(scene.light.lamp, (255, 255, 255), 0.4))
    water(scene, shore, chop=0.6, mirror=0.95, colour=(10, 16, 32))
    tints = (scene.light.lamp, (255, 176, 92), (186, 216, 255), (255, 226, 180))
    streaks(scene, [(x, strength, scene.rng.choice(tints)) for x, strength in quay], shore, 230)
    with scene.pen((0, shore - 40, scene.width, scene.height)) as pen:
        dhow(scene, pen, 60, 856, 330, 0.06)
        dhow(scene, pen, 470, 812, 230, 0.16)
        dhow(scene, pen, 1120, 880, 400, 0.0)
        for x, y, length in ((60, 858, 330), (470, 814, 230), (1120, 882, 400)):
            pen.ellipse(x + length / 2, y + 5, length * 0.5, length * 0.035, alpha((4, 8, 18), 0.6))
    streaks(
        scene,
        [(118.0, 1.0, scene.light.lamp), (1180.0, 1.0, scene.light.lamp), (1212.0, 0.8, (255, 180, 100))],
        884,
        110,
    )
    for x, y in ((108, 770), (500, 752), (1188, 776)):
        lamp(scene, x, y, 90, 0.5)
