"""Building: cranes over new blocks at the edge of a city, one crane over a foundation pit."""

from __future__ import annotations

from newsroom.demo.drawing.atmosphere import clouds, haze, sky, sun
from newsroom.demo.drawing.buildings import Facade, block, slab, stepped, tower
from newsroom.demo.drawing.canvas import Box, Pen, Point, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.machines import tower_crane
from newsroom.demo.drawing.terrain import ground

RAW: RGB = (176, 164, 148)


def new_blocks(scene: Scene) -> None:
    base, low, light = 860.0, scene.width * 0.2, scene.light
    sky(scene, 760, low)
    clouds(scene, 20, 680, 0.45, sun_x=low)
    sun(scene, low, 640, 31)
    with scene.pen((0, 400, scene.width, 790)) as pen:
        for k in range(70):
            x = scene.rng.uniform(0, scene.width)
            block(
                scene,
                pen,
                x,
                770 - scene.rng.uniform(10, 60),
                x + scene.rng.uniform(20, 60),
                780,
                Facade((206, 172, 140), (3, 4), (4, 5), 0.2, sun=0.35),
                0.62 - k * 0.002,
            )
        for x, tall in ((240, 190), (300, 240), (1420, 170)):
            tower(scene, pen, x, 780, 34, tall, stepped, 0.6)
    haze(scene, 770, 90, 0.5)
    ground(scene, 776, light.see((150, 112, 82), 0.3), light.see((170, 126, 92), 0.5, 0.45), 0.45)
    x = scene.focus_x
    with scene.pen((0, 40, scene.width, scene.height)) as pen:
        _frame(scene, pen, (120, 470, 380, 830), (6, 9), 0.34, 0.8)
        _frame(scene, pen, (1180, 420, 1480, 840), (7, 10), 0.3, 0.6)
        tower_crane(scene, pen, 470, 840, 480, 250, depth=0.34, load=0.7)
        tower_crane(scene, pen, 1130, 840, 560, -290, (196, 92, 62), 0.28, 0.5)
        _frame(scene, pen, (x - 330, 360, x + 40, base), (7, 12), 0.1, 0.72)
        _frame(scene, pen, (x + 90, 500, x + 330, base + 10), (5, 8), 0.06, 0.4)
        tower_crane(scene, pen, x + 62, base, 720, -420, depth=0.06, load=0.45)
        tower_crane(scene, pen, x - 420, base + 10, 560, 300, (206, 168, 66), 0.12, 0.8)
        _hoarding(scene, pen, base + 14)
    haze(scene, base - 20, 110, 0.25)
    scene.glow(halo(scene.size, (low, 660), (800, 420), 1.6), light.sun, 0.3)


def _frame(scene: Scene, pen: Pen, box: Box, grid: tuple[int, int], depth: float, clad: float) -> None:
    """A concrete frame going up: ``clad`` is the share of it, from below, that already has walls."""
    rng, light = scene.rng, scene.light
    x0, top, x1, base = box
    bays, floors = grid
    wide, tall = (x1 - x0) / bays, (base - top) / floors
    for floor in range(floors):
        low = base - tall * floor
        _storey(scene, pen, (x0, low - tall, x1, low), bays, floor / floors < clad, depth)
    rust, pipe = light.see((120, 84, 66), 0.3, depth), alpha(light.see((120, 110, 100), 0.3, depth), 0.8)
    for bay in range(bays + 1):
        post = x0 + bay * wide
        for bar in (-0.04, 0.0, 0.04):
            x = post + wide * bar
            pen.line([(x, top), (x, top - tall * rng.uniform(0.25, 0.45))], rust, 0.9)
    if clad < 0.75:
        for level in range(floors):
            y = base - tall * level
            pen.line([(x1 + 4, y), (x1 + wide * 0.5, y)], pipe, 0.8)
        for off in (4, wide * 0.5):
            pen.line([(x1 + off, base), (x1 + off, top + tall)], pipe, 0.8)


def _storey(scene: Scene, pen: Pen, box: Box, bays: int, done: bool, depth: float) -> None:
    """One floor of the frame: walled with windows when ``done``, else open or sheeted between its columns."""
    rng, light = scene.rng, scene.light
    x0, high, x1, low = box
    wide, tall = (x1 - x0) / bays, low - high
    skew = wide * 0.55
    for bay in range(bays):
        left = x0 + bay * wide
        if done:
            wall = light.see(mix((206, 184, 156), RAW, rng.random() * 0.5), 0.32, depth)
            pane = light.see((46, 44, 54), 0.2, depth)
            pen.rect(left, high, left + wide, low, wall)
            pen.rect(left + wide * 0.28, high + tall * 0.28, left + wide * 0.72, low - tall * 0.2, pane)
        elif rng.random() < 0.5:
            pen.rect(left, high, left + wide, low, light.see((84, 70, 66), 0.08, depth))
    flank = [(x0, low), (x0 - skew, low - tall * 0.1), (x0 - skew, high - tall * 0.1), (x0, high)]
    pen.polygon(flank, light.see(RAW, 0.75 if done else 0.4, depth))
    pen.rect(x0 - 2, high, x1 + 3, high + tall * 0.13, light.see(RAW, 0.5, depth))
    edge = [(x0 - skew - 2, high - tall * 0.1), (x0 - skew - 2, high + tall * 0.03)]
    pen.polygon([(x0 - 2, high), *edge, (x0 - 2, high + tall * 0.13)], light.see(RAW, 1.0, depth))
    for bay in range(bays + 1):
        post = x0 + bay * wide
        pen.rect(post - wide * 0.05, high, post + wide * 0.05, low, light.see(RAW, 0.28, depth))
    if not done and rng.random() < 0.7:
        pen.ellipse(x0 + rng.random() * (x1 - x0), high + tall * 0.3, 1.8, 1.8, light.lamp)


def _hoarding(scene: Scene, pen: Pen, y: float) -> None:
    light = scene.light
    for k in range(34):
        x = k * 50.0 - 20
        pen.rect(
            x, y - 30, x + 48, y + 16, light.see(mix((196, 190, 176), (120, 150, 150), 0.5 if k % 5 == 0 else 0.0), 0.3)
        )
        pen.rect(x, y - 32, x + 48, y - 29, light.see((230, 220, 200), 0.7))
    pen.polygon([(0, y + 16), (scene.width, y + 16), (scene.width, y + 44), (0, y + 52)], alpha(light.fill, 0.5))


def foundation_pit(scene: Scene) -> None:
    rim, light = 660.0, scene.light
    low = scene.width * 0.26
    sky(scene, rim, low)
    clouds(scene, 30, rim - 120, 0.36, sun_x=low)
    sun(scene, low, rim - 110, 27)
    with scene.pen((0, 380, scene.width, rim + 6)) as pen:
        for k in range(60):
            x, tall = scene.rng.uniform(0, scene.width), scene.rng.uniform(16, 110)
            block(
                scene,
                pen,
                x,
                rim - tall,
                x + scene.rng.uniform(30, 70),
                rim,
                Facade((226, 208, 184), (4, 5), (5, 5), sun=0.4),
                0.7 - k * 0.003,
            )
        for x, tall in ((700, 210), (1280, 260), (1360, 180)):
            tower(scene, pen, x, rim, 44, tall, slab, 0.6)
    haze(scene, rim, 120, 0.5)
    ground(scene, rim - 4, light.see((196, 162, 126), 0.7), light.see((206, 172, 138), 0.7, 0.4), 0.4)
    with scene.pen((0, 30, scene.width, scene.height)) as pen:
        _pit(scene, pen)
        tower_crane(scene, pen, scene.focus_x, 930, 770, -560, depth=0.04, load=0.62)
        _digger(scene, pen, 560, 985, 84)


def _pit(scene: Scene, pen: Pen) -> None:
    """A shored excavation in one-point perspective: lit on the right, shaded on the left, starter bars on its floor."""
    light = scene.light
    outer = [(180.0, 716.0), (1420.0, 716.0), (1760.0, 1100.0), (-160.0, 1100.0)]
    inner = [(330.0, 880.0), (1270.0, 880.0), (1470.0, 1100.0), (130.0, 1100.0)]
    pen.polygon(outer, light.see((150, 116, 86), 0.2))
    pen.polygon([outer[0], outer[1], inner[1], inner[0]], light.see((190, 146, 106), 0.35, 0.12))
    pen.polygon([outer[0], inner[0], inner[3], outer[3]], light.see((160, 122, 92), 0.06, 0.05))
    pen.polygon([outer[1], inner[1], inner[2], outer[2]], light.see((206, 160, 116), 0.95, 0.05))
    pen.polygon(inner, light.see((150, 132, 112), 0.35, 0.06))
    for k in range(42):
        t = k / 41
        x0, x1 = outer[0][0] + 1240 * t, inner[0][0] + 940 * t
        pen.line([(x0, 716), (x1, 880)], alpha(light.see((96, 74, 60), 0.1), 0.6), 2.4)
    for share in (0.3, 0.68):
        y = 716 + 164 * share
        left, right = 180 + 150 * share, 1420 - 150 * share
        pen.line([(left, y), (right, y)], light.see((146, 120, 96), 0.6, 0.1), 6)
        pen.line([(left, y), (left - 340 * share - 40, 1100)], light.see((120, 98, 80), 0.1), 7)
        pen.line([(right, y), (right + 340 * share + 40, 1100)], light.see((190, 156, 120), 0.9), 7)
    for row in range(6):
        t = (row / 5) ** 1.4
        y, left, right = 898 + 150 * t, 350 - 170 * t, 1250 + 170 * t
        for col in range(9):
            x = left + (right - left) * (col + 0.5) / 9
            size = 20 + 26 * t
            pen.polygon(
                [(x - size, y), (x + size, y), (x + size * 1.2, y + size * 0.5), (x - size * 1.2, y + size * 0.5)],
                light.see((206, 196, 180), 0.7, 0.06),
            )
            for bar in range(-3, 4):
                pen.line(
                    [(x + bar * size * 0.2, y + size * 0.2), (x + bar * size * 0.2, y - size * 0.9)],
                    light.see((130, 80, 58), 0.35),
                    1.1,
                )


def _digger(scene: Scene, pen: Pen, x: float, y: float, size: float) -> None:
    light = scene.light
    body, dark = light.see((222, 164, 52), 0.6), light.see((54, 48, 46), 0.2)
    pen.ellipse(x + size * 0.3, y + 4, size * 0.9, size * 0.1, alpha(light.fill, 0.6))
    pen.polygon(
        [
            (x - size * 0.5, y),
            (x - size * 0.56, y - size * 0.16),
            (x + size * 0.56, y - size * 0.16),
            (x + size * 0.5, y),
        ],
        dark,
    )
    pen.rect(x - size * 0.34, y - size * 0.5, x + size * 0.5, y - size * 0.18, body)
    pen.rect(x - size * 0.34, y - size * 0.82, x + size * 0.04, y - size * 0.46, body)
    pen.rect(x - size * 0.3, y - size * 0.78, x, y - size * 0.54, light.see((90, 120, 140), 0.7))
    arm: list[Point] = [
        (x - size * 0.3, y - size * 0.4),
        (x - size * 0.95, y - size * 1.05),
        (x - size * 1.4, y - size * 0.5),
    ]
    pen.line(arm, body, size * 0.1)
    pen.polygon(
        [
            (x - size * 1.44, y - size * 0.52),
            (x - size * 1.2, y - size * 0.4),
            (x - size * 1.24, y - size * 0.16),
            (x - size * 1.52, y - size * 0.24),
        ],
        dark,
    )
