"""Stone cut and stone recovered: a limestone quarry, a yard where broken concrete is crushed."""

from __future__ import annotations

import math

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, veil
from newsroom.demo.drawing.buildings import Facade, block
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.machines import lattice
from newsroom.demo.drawing.terrain import ground, hills, ridge, rugged, scree

CONCRETE: RGB = (190, 184, 174)


def quarry(scene: Scene) -> None:
    light, rng = scene.light, scene.rng
    sky(scene, 420, scene.width * 0.7)
    clouds(scene, 0, 330, 0.5, 1.6, strength=0.3)
    hills(scene, ridge(scene, 330, 60, 1.8, 0.4), (196, 176, 140), 0.6, 420, 0.6, 0.3)
    steps = 6
    for index in range(steps):
        _bench(scene, index / (steps - 1))
    face = scene.mask(filled([(0, 350), (scene.width, 350), (scene.width, 860), (0, 860)]))
    rugged(scene, face, 350, 860, 0.24, 3.0)
    ground(scene, 850, light.see((236, 216, 180), 0.95), light.see((226, 204, 168), 0.85, 0.1), 0.5)
    with scene.pen((0, 260, scene.width, scene.height)) as pen:
        _derrick(scene, pen, scene.focus_x - 20, 905, 470)
        spots = sorted(
            [(rng.uniform(880, 990), rng.uniform(40, 640)) for _ in range(16)]
            + [(rng.uniform(890, 1040), rng.uniform(820, 1560)) for _ in range(22)]
        )
        for y, x in spots:
            _cut_block(scene, pen, x, y, (y - 820) * rng.uniform(0.34, 0.5))
    scree(scene, 900, scene.height, [(236, 220, 190), (200, 180, 146)], 140, 7)
    mist(scene, 830, 130, 0.42)
    veil(scene, light.haze, 0.07)


def _bench(scene: Scene, near: float) -> None:
    """One cut of the face: a lit ledge over a sawn wall scored by the wire."""
    light, rng = scene.light, scene.rng
    top, depth, rise = 330 + 440 * near, 0.46 * (1 - near), 66 + 54 * near
    inset = 200 * (1 - near)
    left, notch = -20.0, scene.width * (0.3 + 0.09 * math.sin(near * 7))
    with scene.pen((0, top - 60, scene.width, 880)) as pen:
        pieces = (
            (left, notch, 0.0),
            (notch, scene.width * 0.72 - inset * 0.4, 26.0),
            (scene.width * 0.72 - inset * 0.4, scene.width + 20.0, -22.0),
        )
        for x0, x1, lift in pieces:
            y = top + lift
            pen.polygon(
                [(x0, y), (x0 + 26, y - 24 - 14 * near), (x1 + 26, y - 24 - 14 * near), (x1, y)],
                light.see((246, 232, 204), 1.0, depth),
            )
            pen.rect(x0, y, x1, y + rise + 80, light.see((226, 204, 164), 0.6, depth))
            pen.polygon(
                [(x1, y), (x1 + 26, y - 24 - 14 * near), (x1 + 26, y + rise + 60), (x1, y + rise + 80)],
                light.see((196, 170, 130), 0.12, depth),
            )
            x = x0
            while x < x1:
                wide = rng.uniform(26, 90) * (0.5 + near)
                tone = light.see(mix((236, 216, 178), (206, 178, 134), rng.random()), rng.uniform(0.42, 0.8), depth)
                pen.rect(x, y, min(x + wide, x1), y + rise * rng.choice((1.0, 1.0, 0.55)), tone)
                pen.line([(x, y), (x, y + rise)], alpha(light.fill, 0.4), 1.3)
                x += wide
            for k in range(1, 4):
                pen.line([(x0, y + rise * k / 3), (x1, y + rise * k / 3)], alpha(light.fill, 0.2), 1)


def _cut_block(scene: Scene, pen: Pen, x: float, y: float, size: float) -> None:
    light, rng = scene.light, scene.rng
    wide, tall, skew = size * rng.uniform(1.3, 2.0), size * rng.uniform(0.8, 1.1), size * 0.42
    stone = mix((240, 226, 194), (214, 188, 146), rng.random())
    pen.polygon(
        [(x, y + 3), (x + wide, y + 3), (x + wide + skew * 2.2, y - skew * 0.2), (x + skew, y - skew)],
        alpha(light.fill, 0.4),
    )
    pen.rect(x, y - tall, x + wide, y, light.see(stone, 0.62))
    pen.polygon(
        [
            (x + wide, y),
            (x + wide + skew, y - skew * 0.6),
            (x + wide + skew, y - tall - skew * 0.6),
            (x + wide, y - tall),
        ],
        light.see(stone, 0.1),
    )
    pen.polygon(
        [
            (x, y - tall),
            (x + skew, y - tall - skew * 0.6),
            (x + wide + skew, y - tall - skew * 0.6),
            (x + wide, y - tall),
        ],
        light.see(stone, 1.0),
    )
    for k in range(1, 7):
        pen.line([(x + wide * k / 7, y - tall), (x + wide * k / 7, y)], alpha(light.fill, 0.14), 0.9)


def _derrick(scene: Scene, pen: Pen, x: float, base: float, height: float) -> None:
    """A small derrick crane with a block on its hook."""
    light = scene.light
    steel = light.see((186, 84, 52), 0.6, 0.05)
    lattice(pen, (x, base), (x + 6, base - height * 0.8), 22, steel, 2.6)
    tip = (x + height * 0.72, base - height)
    lattice(pen, (x + 6, base - height * 0.12), tip, 17, steel, 2.2)
    pen.line([(x + 6, base - height * 0.8), tip], steel, 1.6)
    pen.line([(x + 6, base - height * 0.8), (x - height * 0.44, base)], steel, 3)
    pen.rect(x - 40, base - 60, x + 26, base, light.see((196, 168, 60), 0.6, 0.03))
    pen.rect(x - 34, base - 52, x - 6, base - 28, light.see((80, 96, 108), 0.6, 0.03))
    hook = base - height * 0.42
    pen.line([tip, (tip[0], hook)], light.see((70, 62, 58), 0.3), 1.4)
    pen.line([(tip[0], hook), (tip[0] - 40, hook + 34)], light.see((70, 62, 58), 0.3), 1.2)
    pen.line([(tip[0], hook), (tip[0] + 46, hook + 34)], light.see((70, 62, 58), 0.3), 1.2)
    _cut_block(scene, pen, tip[0] - 42, hook + 84, 52)


def rubble_yard(scene: Scene) -> None:
    horizon, light, rng = 590.0, scene.light, scene.rng
    sky(scene, horizon, scene.width * 0.3)
    clouds(scene, 0, horizon - 40, 0.5, 1.6, strength=0.3)
    with scene.pen((0, 360, scene.width, horizon + 10)) as pen:
        for k in range(46):
            x, tall = rng.uniform(0, scene.width), rng.uniform(30, 150)
            facade = Facade(
                rng.choice(((206, 196, 180), (190, 176, 158), (216, 206, 190))), (6, 8), (8, 9), side=0.3, sun=0.6
            )
            block(scene, pen, x, horizon - tall, x + rng.uniform(40, 90), horizon + 4, facade, 0.7 - k * 0.004)
    haze(scene, horizon, 130, 0.5)
    ground(scene, horizon, light.see((206, 188, 160), 0.9), light.see((206, 186, 156), 0.8, 0.5), 0.5)
    _heap(scene, 250, 770, 300, 190, 16, 0.2)
    _heap(scene, 1380, 760, 280, 150, 8, 0.2)
    _heap(scene, 1130, 724, 170, 90, 5, 0.3)
    with scene.pen((0, 330, scene.width, scene.height)) as pen:
        _crusher(scene, pen, scene.focus_x - 190, 850)
    _heap(scene, 1330, 930, 330, 150, 4, 0.05)
    _heap(scene, 130, 985, 360, 190, 26, 0.0)
    with scene.pen((0, 800, scene.width, scene.height)) as pen:
        _bars(scene, pen, 560, 985)
    scree(scene, 840, scene.height, [CONCRETE, (160, 150, 138)], 150, 8)
    mist(scene, 820, 170, 0.5)
    veil(scene, light.haze, 0.08)


def _heap(scene: Scene, x: float, base: float, reach: float, tall: float, chunk: float, depth: float) -> None:
    """A conical heap of one size of stone: ``chunk`` is about the half width of a piece at hand."""
    rng, light = scene.rng, scene.light
    outline = [
        (
            x - reach + 2 * reach * k / 40,
            base - tall * max(0.0, 1 - abs(k / 20 - 1)) ** 0.9 - rng.uniform(0, chunk * 0.6),
        )
        for k in range(41)
    ]
    top = base - tall - chunk
    mask = scene.mask(
        filled([*outline, (x + reach, base + 6), (x - reach, base + 6)]),
        0,
        (x - reach - 4, top - 4, x + reach + 4, base + 8),
    )
    scene.fill(mask, ((0.0, light.see(CONCRETE, 0.75, depth)), (1.0, light.see(CONCRETE, 0.35, depth))), top, base + 6)
    rugged(scene, mask, top, base + 6, 0.5, 2.4)
    with scene.pen((x - reach - 40, top - 40, x + reach + 60, base + 50)) as pen:
        pieces = 260 if chunk > 6 else 420
        for share in sorted(rng.random() for _ in range(pieces)):
            y = base - tall * (1 - share) + rng.uniform(-2, 6)
            half = reach * share * 0.96
            px = x + rng.uniform(-half, half)
            size, lit = chunk * rng.uniform(0.3, 1.0), 0.75 - 0.5 * (px - x) / reach
            tone = light.see(
                mix(CONCRETE, (150, 132, 112), rng.random() * 0.6),
                max(0.05, min(1.0, lit * rng.uniform(0.6, 1.2))),
                depth,
            )
            spin = rng.uniform(0, 1.5)
            shape = [
                (px + size * math.cos(spin + a) * rng.uniform(0.7, 1.2), y + size * 0.7 * math.sin(spin + a))
                for a in (0.0, 1.4, 2.7, 4.1, 5.2)
            ]
            pen.polygon([(sx + size * 0.3, sy + size * 0.3) for sx, sy in shape], alpha(light.fill, 0.45))
            pen.polygon(shape, tone)


def _crusher(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """A tracked jaw crusher: hopper on the left, engine housing, a belt lifting the product to the right."""
    light = scene.light
    paint, dark, steel = (206, 128, 44), light.see((58, 54, 50), 0.3, 0.05), light.see((120, 116, 108), 0.5, 0.05)
    lit, shade = light.see(paint, 0.85, 0.05), light.see(paint, 0.25, 0.05)
    pen.ellipse(x + 190, base + 8, 320, 20, alpha(light.fill, 0.55))
    pen.polygon(
        [
            (x - 10, base - 14),
            (x + 16, base - 56),
            (x + 350, base - 56),
            (x + 376, base - 14),
            (x + 350, base + 6),
            (x + 16, base + 6),
        ],
        dark,
    )
    for k in range(11):
        pen.ellipse(x + 22 + k * 32, base - 24, 14, 14, steel)
    pen.rect(x, base - 92, x + 370, base - 56, shade)
    pen.polygon([(x - 60, base - 250), (x + 110, base - 250), (x + 84, base - 150), (x + 6, base - 150)], lit)
    pen.polygon([(x + 110, base - 250), (x + 130, base - 240), (x + 100, base - 146), (x + 84, base - 150)], shade)
    for k in range(5):
        pen.line([(x - 50 + k * 34, base - 248), (x + 4 + k * 19, base - 152)], alpha(light.fill, 0.4), 3)
    pen.rect(x + 4, base - 152, x + 130, base - 90, shade)
    pen.rect(x + 130, base - 186, x + 330, base - 90, lit)
    pen.rect(x + 130, base - 194, x + 334, base - 184, light.see(paint, 1.0, 0.05))
    for k in range(9):
        pen.rect(x + 150 + k * 12, base - 168, x + 156 + k * 12, base - 118, shade)
    pen.rect(x + 276, base - 160, x + 316, base - 104, shade)
    pen.rect(x + 300, base - 236, x + 312, base - 190, dark)
    _belt(scene, pen, (x + 300, base - 60), (x + 620, base - 262), (steel, dark))
    pen.line([(x + 470, base - 160), (x + 440, base - 60)], steel, 4)
    for _ in range(16):
        px, size = x + scene.rng.uniform(-46, 96), scene.rng.uniform(10, 20)
        lump = [
            (px - size, base - 244),
            (px - size * 0.4, base - 250 - size),
            (px + size * 0.7, base - 248 - size * 0.7),
        ]
        pen.polygon([*lump, (px + size, base - 244)], light.see(CONCRETE, scene.rng.uniform(0.4, 0.9), 0.05))


def _belt(scene: Scene, pen: Pen, start: Point, end: Point, tones: tuple[RGB, RGB]) -> None:
    """The conveyor, stones riding up it and falling from its end; tones are frame and belt."""
    rng, see = scene.rng, scene.light.see
    lattice(pen, (start[0], start[1] + 8), (end[0], end[1] + 8), 22, tones[0], 2.4)
    pen.line([start, end], tones[1], 12)
    for k in range(26):
        x, y = start[0] + (end[0] - start[0]) * k / 25, start[1] + (end[1] - start[1]) * k / 25
        pen.ellipse(x, y - 8, rng.uniform(3, 7), rng.uniform(3, 5), see(CONCRETE, rng.uniform(0.4, 0.9), 0.05))
    for _ in range(44):
        t = rng.random()
        x, y = end[0] + 10 + 26 * t + rng.uniform(-5, 5), end[1] + 190 * t * t
        pen.ellipse(x, y, rng.uniform(1.5, 4), rng.uniform(1.5, 3), see(CONCRETE, 0.7, 0.1))


def _bars(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """Reinforcing steel pulled out and laid in a tangle."""
    rng, light = scene.rng, scene.light
    for _ in range(46):
        x0, y0 = x + rng.uniform(-20, 60), base + rng.uniform(-26, 20)
        reach, bow = rng.uniform(180, 320), rng.uniform(-46, 10)
        bar: list[Point] = [
            (x0 + reach * t, y0 + bow * 4 * t * (1 - t) + rng.uniform(-2, 2)) for t in (k / 10 for k in range(11))
        ]
        pen.line(
            bar,
            light.see(rng.choice(((126, 74, 50), (98, 62, 48), (150, 96, 66))), rng.uniform(0.3, 0.9)),
            rng.uniform(1.6, 3),
        )
