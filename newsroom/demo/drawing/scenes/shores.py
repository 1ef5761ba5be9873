"""Where a city meets the sea: armour blocks at sunrise, a straight beach at noon."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun
from newsroom.demo.drawing.buildings import GLASS, Facade, block, minaret, slab, tapered, tower
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.noise import cloudy, contrast, emboss, on_the_ground, threshold
from newsroom.demo.drawing.plants import palm
from newsroom.demo.drawing.water import glitter, water

WHITES: tuple[RGB, ...] = ((246, 242, 234), (238, 230, 216), (250, 248, 244), (228, 220, 206))


def armour_blocks(scene: Scene) -> None:
    shore, low = 560.0, scene.width * 0.3
    sky(scene, shore, low)
    clouds(scene, 40, shore - 80, 0.4, sun_x=low)
    sun(scene, low, shore - 70, 26)
    with scene.pen((0, 300, scene.width, shore + 2)) as pen:
        _waterfront(scene, pen, shore)
    haze(scene, shore, 80, 0.5)
    water(scene, shore, chop=0.5, mirror=0.95)
    glitter(scene, low, shore, 80)
    mist(scene, shore + 6, 40, 0.4)
    with scene.pen((0, shore, scene.width, scene.height)) as pen:
        _blocks(scene, pen)


def _waterfront(scene: Scene, pen: Pen, shore: float) -> None:
    """The city round the curve of the bay: higher and clearer where the arm comes towards us on the right."""
    rng = scene.rng
    for layer in range(3):
        x = -10.0
        while x < scene.width:
            near = max(0.0, (x / scene.width - 0.2)) ** 1.6
            wide = 18 + 36 * near + rng.uniform(0, 8)
            tall = (26 + 120 * near) * rng.uniform(0.55, 1.15) * (1 - layer * 0.2)
            depth = max(0.08, 0.66 - 0.5 * near - 0.1 * layer)
            facade = Facade(
                rng.choice(WHITES), (3 + 2 * near, 4 + 2 * near), (3.4 + 2 * near, 4 + 2 * near), side=0.25, sun=0.4
            )
            block(scene, pen, x, shore - tall, x + wide, shore, facade, depth)
            x += wide + rng.choice((0, 0, 2))
    minaret(scene, pen, 1130, shore - 20, 170, 0.35)
    minaret(scene, pen, 560, shore - 8, 90, 0.6)


def _blocks(scene: Scene, pen: Pen) -> None:
    """Concrete cubes tumbled along the water's edge, from far right to near left."""
    rng = scene.rng
    spots: list[tuple[float, float, float]] = []
    for _ in range(190):
        t = rng.random() ** 0.7
        x = 1650 - 1750 * t + rng.uniform(-60, 60) * (0.2 + t)
        edge = 596 + 330 * t**2.1
        y = edge + rng.uniform(0, 1) ** 1.3 * (80 + 330 * t)
        spots.append((y, x, 10 + 74 * t**1.5 + 30 * max(0.0, (y - edge) / 400)))
    for x in range(-40, 1700, 70):
        spots.append((1075 + rng.uniform(-10, 20), x + rng.uniform(-20, 20), rng.uniform(74, 104)))
    for y, x, size in sorted(spots):
        _cube(scene, pen, x, y, size, rng.uniform(-0.5, 0.5))


def _cube(scene: Scene, pen: Pen, x: float, y: float, size: float, turn: float) -> None:
    rng, light = scene.rng, scene.light
    paint = mix((158, 160, 162), (118, 120, 124), rng.random())
    depth = max(0.0, 0.4 - size / 170)
    c, s = math.cos(turn), math.sin(turn) * 0.45

    def corner(u: float, v: float, w: float) -> Point:
        return (x + (u * c - v * 0.62 * c) * size * 0.7, y + (u * s + v * 0.34) * size * 0.7 - w * size * 1.0)

    top = [corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1)]
    left = [corner(-1, -1, 1), corner(-1, 1, 1), corner(-1, 1, 0), corner(-1, -1, 0)]
    front = [corner(-1, 1, 1), corner(1, 1, 1), corner(1, 1, 0), corner(-1, 1, 0)]
    right = [corner(1, 1, 1), corner(1, -1, 1), corner(1, -1, 0), corner(1, 1, 0)]
    pen.polygon(right, light.see(paint, 0.05, depth))
    pen.polygon(left, light.see(paint, 0.75, depth))
    pen.polygon(front, light.see(paint, 0.2 + 0.12 * rng.random(), depth))
    pen.polygon(
        [corner(-1, 1, 0.24), corner(1, 1, 0.3), corner(1, 1, 0), corner(-1, 1, 0)],
        alpha(light.see((58, 64, 58), 0.1, depth), 0.6),
    )
    pen.polygon(top, light.see(mix(paint, (255, 246, 230), 0.25), 1.0, depth))
    pen.line([top[3], top[2]], alpha(light.sun, 0.5), max(0.7, size * 0.014))


def beach(scene: Scene) -> None:
    horizon, vanish = 500.0, 560.0
    sky(scene, horizon, vanish)
    clouds(scene, 40, horizon - 110, 0.26, strength=0.7)
    water(scene, horizon, chop=1.0, colour=(16, 104, 138), mirror=0.6)
    _sand(scene, vanish, horizon)
    with scene.pen((vanish - 20, 60, scene.width, 960)) as pen:
        _city(scene, pen, vanish, horizon)
    haze(scene, horizon, 70, 0.3)


def _sand(scene: Scene, vanish: float, horizon: float) -> None:
    """The beach as a wedge from the vanishing point, its wet edge and two lines of surf along the sea."""
    light, foot = scene.light, scene.height + 10.0
    waterline = [(vanish, horizon + 1), *[_edge(vanish, horizon, t, 0) for t in (k / 40 for k in range(1, 41))]]
    shape = [*waterline, (scene.width + 10, foot), (scene.width + 10, horizon + 60), (vanish + 20, horizon + 1)]
    shallows = scene.mask(
        filled([(vanish, horizon), *[_edge(vanish, horizon, k / 40, -260) for k in range(1, 41)], (scene.width, foot)]),
        26,
    )
    scene.tint(shallows, (116, 196, 190), 0.62)
    mask = scene.mask(filled(shape))
    dry = light.see((232, 210, 168), 0.95)
    scene.fill(
        mask,
        ((0.0, light.see((232, 210, 168), 0.9, 0.4)), (0.4, dry), (1.0, mix(dry, (226, 196, 150), 0.7))),
        horizon,
        scene.height,
    )
    height = scene.height - round(horizon)
    grains = Image.new("L", scene.size, 128)
    field = cloudy(scene.rng, (900, 900), (120, 150), 4, 0.85)
    grains.paste(
        contrast(on_the_ground(emboss(field, 2, -2, 1.2), (scene.width, height), 7, 0.35), 0.7), (0, round(horizon))
    )
    scene.texture(grains, mask, 0.34)
    wet = scene.mask(filled([*waterline, *[_edge(vanish, horizon, k / 40, 90) for k in range(40, 0, -1)]]), 5)
    scene.tint(ImageChops.multiply(wet, mask), light.see((150, 138, 120), 0.8), 0.55)
    torn = threshold(cloudy(scene.rng, (400, 267), (26, 22), 4, 0.7).resize(scene.size), 70, 150)
    for offset, width, strength in ((-2, 26, 0.95), (-84, 16, 0.7), (-170, 12, 0.45)):
        seaward = [_edge(vanish, horizon, k / 40, offset) for k in range(1, 41)]
        landward = [_edge(vanish, horizon, k / 40, offset + width) for k in range(40, 0, -1)]
        foam = scene.mask(filled([(vanish, horizon), *seaward, *landward]), 1.5)
        scene.tint(ImageChops.multiply(foam, torn), (250, 252, 250), strength)
    with scene.pen((vanish - 340, horizon, scene.width, scene.height)) as pen:
        _parasols(scene, pen, vanish, horizon)


def _edge(vanish: float, horizon: float, t: float, offset: float) -> Point:
    """A point ``t`` of the way along the waterline towards us, ``offset`` pixels inland when it gets here."""
    far = t**2.2
    wobble = 20 * math.sin(t * 15) * far
    return vanish - 330 * far + wobble + offset * far, horizon + 1 + (590) * far


def _parasols(scene: Scene, pen: Pen, vanish: float, horizon: float) -> None:
    rng, light = scene.rng, scene.light
    paints: tuple[RGB, ...] = ((226, 92, 70), (246, 240, 226), (64, 132, 158), (240, 190, 88))
    spots = sorted((rng.uniform(0.3, 0.97), rng.uniform(150, 760)) for _ in range(84))
    for t, offset in spots:
        x, y = _edge(vanish, horizon, t, offset)
        size = 50 * t**2.2 + 2
        if x > scene.width - 20:
            continue
        paint = rng.choice(paints)
        pen.ellipse(x + size * 0.9, y + size * 0.1, size, size * 0.22, alpha(light.fill, 0.45))
        pen.line([(x, y), (x, y - size * 1.3)], light.see((230, 224, 210), 0.7), max(0.7, size * 0.07))
        pen.polygon(
            [
                (x - size, y - size * 1.15),
                (x - size * 0.5, y - size * 1.65),
                (x, y - size * 1.8),
                (x + size * 0.5, y - size * 1.65),
                (x + size, y - size * 1.15),
            ],
            light.see(paint, 0.95),
        )
        pen.polygon(
            [
                (x + size * 0.2, y - size * 1.15),
                (x, y - size * 1.8),
                (x + size * 0.5, y - size * 1.65),
                (x + size, y - size * 1.15),
            ],
            light.see(paint, 0.4),
        )


def _city(scene: Scene, pen: Pen, vanish: float, horizon: float) -> None:
    """White blocks behind the beach, coming towards us on the right."""
    rng, light = scene.rng, scene.light
    rows = 34
    for k in range(rows):
        t = k / rows
        x = vanish + 20 + 1080 * t**1.35
        base = horizon + 4 + 300 * t**1.9
        scale, depth = 0.16 + 2.3 * t**1.5, 0.55 * (1 - t)
        wide, tall = 62 * scale, rng.uniform(70, 130) * scale
        facade = Facade(
            rng.choice(WHITES),
            (9 * scale, 8 * scale),
            (7 * scale, 11 * scale),
            side=0.22,
            sun=0.96,
            glaze=(84, 104, 120),
        )
        if k in (9, 13, 14, 20):
            tower(scene, pen, x, base, 46 * scale + 8, 400 * scale + 70, rng.choice((slab, tapered)), depth, GLASS)
        block(scene, pen, x, base - tall, x + wide, base + 10, facade, depth)
        level = base - tall + 19 * scale
        while level < base and scale > 0.3:
            pen.rect(x - 2 * scale, level - 3 * scale, x + wide * 0.8, level, light.see((250, 246, 238), 1.0, depth))
            level += 19 * scale
        if k % 2:
            palm(scene, pen, x + wide * 0.4, base + 16 * scale, 66 * scale, depth, 0.6)
    for k in range(24):
        t = 0.3 + 0.7 * k / 24
        palm(
            scene,
            pen,
            vanish + 20 + 1090 * t**1.35,
            horizon + 12 + 340 * t**1.9,
            96 * (0.16 + 1.7 * t**1.5),
            0.3 * (1 - t),
            0.6,
        )
