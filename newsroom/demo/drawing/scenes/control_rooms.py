"""A port's control room at night: a wall of screens, and the people before it."""

from __future__ import annotations

import math

from newsroom.demo.drawing.canvas import Box, Pen, Point, Scene, gradient, halo
from newsroom.demo.drawing.light import RGB, mix

SEA: RGB = (14, 52, 70)
ALARM: RGB = (255, 96, 72)


def control_room(scene: Scene) -> None:
    rng = scene.rng
    scene.image.paste(gradient(scene.size, ((0.0, (24, 32, 42)), (0.5, (40, 54, 66)), (1.0, (18, 22, 28)))), (0, 0))
    left, top, wide, tall, gap = 120.0, 110.0, 260.0, 190.0, 14.0
    with scene.pen() as pen:
        pen.rect(60, 70, 1540, 730, (20, 27, 36))
        _chart_screen(scene, pen, (left + wide + gap, top, left + 4 * wide + 3 * gap - gap, top + 2 * tall + gap))
        side_cells = [(0, r) for r in range(3)] + [(4, r) for r in range(3)] + [(c, 2) for c in (1, 2, 3)]
        for column, row in side_cells:
            x, y = left + column * (wide + gap), top + row * (tall + gap)
            _screen(scene, pen, (x, y, x + wide, y + tall), rng.choice((0, 1, 2)))
        _desks(scene, pen)
    scene.glow(halo(scene.size, (800, 400), (900, 460), 1.3), (96, 170, 190), 0.3)
    scene.glow(halo(scene.size, (800, 780), (900, 120), 1.3), (255, 206, 160), 0.25)


def _chart_screen(scene: Scene, pen: Pen, box: Box) -> None:
    """The big display: a harbour chart with berths, a channel and the tracks of vessels."""
    x0, y0, x1, y1 = box
    pen.rect(*box, SEA)
    for k in range(1, 12):
        pen.line([(x0 + (x1 - x0) * k / 12, y0), (x0 + (x1 - x0) * k / 12, y1)], (22, 66, 86), 0.8)
    for k in range(1, 7):
        pen.line([(x0, y0 + (y1 - y0) * k / 7), (x1, y0 + (y1 - y0) * k / 7)], (22, 66, 86), 0.8)
    shore = [(0, 120), (130, 150), (190, 110), (330, 130), (360, 60), (520, 66), (560, 130)]
    coast = [*((x0 + dx, y1 - dy) for dx, dy in shore), (x1 - 90, y1 - 96), (x1, y1 - 120)]
    pen.polygon([(x0, y1), *coast, (x1, y1)], (86, 92, 78))
    pen.line(coast, (214, 206, 160), 1.6)
    for k in range(6):
        pen.rect(x0 + 206 + k * 26, y1 - 142, x0 + 222 + k * 26, y1 - 112, (170, 150, 96))
    for side in (-14, 14):
        channel = [(x0 + 440 + side, y1 - 66), (x0 + 430 + side, y0 + 200), (x0 + 560 + side, y0)]
        pen.line(channel, (112, 190, 206), 1.3)
    for k in range(17):
        at = (scene.rng.uniform(x0 + 30, x1 - 30), scene.rng.uniform(y0 + 20, y1 - 150))
        _vessel(scene, pen, at, alarmed=k in (3, 8, 11))


def _vessel(scene: Scene, pen: Pen, at: Point, alarmed: bool) -> None:
    """A ship on the chart with its track behind it; ringed when its position cannot be true."""
    (x, y), rng = at, scene.rng
    turn = rng.uniform(-0.6, 0.6)
    colour: RGB = ALARM if alarmed else rng.choice(((120, 240, 200), (250, 214, 120)))
    c, s = math.cos(turn), math.sin(turn)
    pen.line(
        [(x - c * t * 12, y - s * t * 12 + t * t * rng.uniform(-0.4, 0.4)) for t in range(6)],
        mix(colour, SEA, 0.45),
        1.3,
    )
    pen.polygon(
        [(x + 11 * c, y + 11 * s), (x - 6 * c - 5 * s, y - 6 * s + 5 * c), (x - 6 * c + 5 * s, y - 6 * s - 5 * c)],
        colour,
    )
    if alarmed:
        pen.ring(x, y, 19, ALARM, 1.6)
        pen.ring(x, y, 30, (160, 78, 70), 1.1)
    pen.rect(x + 14, y - 12, x + 48, y - 9, mix(colour, SEA, 0.4))
    pen.rect(x + 14, y - 6, x + 38, y - 4, mix(colour, SEA, 0.6))


def _screen(scene: Scene, pen: Pen, box: Box, style: int) -> None:
    rng = scene.rng
    x0, y0, x1, y1 = box
    pen.rect(*box, ((16, 46, 58), (34, 40, 48), (20, 34, 54))[style])
    pen.rect(x0, y0, x1, y0 + 14, (52, 82, 96))
    if style == 0:
        for row in range(9):
            y = y0 + 28 + row * 17
            pen.rect(x0 + 14, y, x0 + 60, y + 5, (140, 190, 196))
            pen.rect(
                x0 + 74,
                y,
                x0 + 74 + rng.uniform(30, 150),
                y + 5,
                rng.choice(((96, 190, 160), (226, 176, 90), (96, 150, 190))),
            )
    elif style == 1:
        pen.polygon([(x0, y1), (x0, y0 + 90), (x1, y0 + 60), (x1, y1)], (58, 74, 84))
        pen.polygon([(x0, y1), (x0 + 40, y0 + 110), (x0 + 170, y0 + 96), (x1, y1)], (112, 112, 104))
        for k in range(5):
            pen.rect(
                x0 + 120 + k * 25,
                y0 + 70 - k % 2 * 12,
                x0 + 142 + k * 25,
                y0 + 98,
                rng.choice(((168, 80, 62), (82, 118, 140), (196, 150, 84))),
            )
        pen.line([(x0 + 70, y0 + 112), (x0 + 70, y0 + 30), (x0 + 180, y0 + 40)], (190, 150, 100), 3)
        pen.ellipse(x1 - 14, y0 + 24, 3.5, 3.5, (255, 86, 70))
    else:
        for line in range(3):
            points = [(x0 + 10 + k * 12, y0 + 60 + line * 40 + rng.uniform(-16, 16)) for k in range(21)]
            pen.line(points, ((110, 210, 180), (240, 190, 96), (120, 170, 230))[line], 1.6)


def _desks(scene: Scene, pen: Pen) -> None:
    for x, size in ((270.0, 1.0), (800.0, 1.12), (1330.0, 1.0)):
        base = 900 + 40 * size
        pen.polygon(
            [
                (x - 250 * size, base - 60),
                (x + 250 * size, base - 60),
                (x + 290 * size, base + 30),
                (x - 290 * size, base + 30),
            ],
            (74, 66, 60),
        )
        pen.rect(x - 290 * size, base + 30, x + 290 * size, base + 180, (40, 38, 38))
        pen.line([(x - 290 * size, base + 30), (x + 290 * size, base + 30)], (140, 116, 92), 2)
        for offset in (-165, 0, 165):
            sx = x + offset * size
            pen.polygon(
                [
                    (sx - 72 * size, base - 150),
                    (sx + 72 * size, base - 150),
                    (sx + 68 * size, base - 56),
                    (sx - 68 * size, base - 56),
                ],
                (16, 20, 26),
            )
            pen.polygon(
                [
                    (sx - 66 * size, base - 145),
                    (sx + 66 * size, base - 145),
                    (sx + 62 * size, base - 62),
                    (sx - 62 * size, base - 62),
                ],
                (30, 74, 92),
            )
            for row in range(4):
                pen.rect(
                    sx - 54 * size,
                    base - 134 + row * 17,
                    sx + scene.rng.uniform(-10, 50) * size,
                    base - 129 + row * 17,
                    (130, 196, 196),
                )
            pen.rect(sx - 6, base - 56, sx + 6, base - 40, (24, 26, 30))
        _operator(pen, x + 20 * size, base + 190, size)


def _operator(pen: Pen, x: float, base: float, size: float) -> None:
    """Someone at a desk, seen from behind against the screens."""
    dark, edge, hair = (24, 27, 34), (72, 116, 130), (16, 14, 16)
    pen.polygon([(x - 150 * size, base), (x - 138 * size, base - 120 * size), (x - 92 * size, base - 158 * size),
    (x - 30 * size, base - 176 * size),
                 (x + 30 * size, base - 176 * size), (x + 92 * size, base - 158 * size),
                 (x + 138 * size, base - 120 * size), (x + 150 * size, base)], dark)  # fmt: skip
    pen.line(
        [(x - 138 * size, base - 120 * size), (x - 92 * size, base - 158 * size), (x - 30 * size, base - 176 * size)],
        edge,
        2.4,
    )
    pen.line(
        [(x + 138 * size, base - 120 * size), (x + 92 * size, base - 158 * size), (x + 30 * size, base - 176 * size)],
        edge,
        2.4,
    )
    pen.rect(x - 26 * size, base - 205 * size, x + 26 * size, base - 165 * size, (36, 30, 30))
    pen.ellipse(x, base - 240 * size, 48 * size, 60 * size, hair)
    pen.ring(x, base - 246 * size, 62 * size, (50, 54, 60), 7 * size)
    for side in (-1, 1):
        pen.ellipse(x + side * 54 * size, base - 238 * size, 13 * size, 22 * size, (60, 66, 72))
    pen.rect(x - 108 * size, base - 96 * size, x + 108 * size, base, (34, 38, 46))
