"""Where things are made: a hall of sewing tables."""

from __future__ import annotations

import math

from newsroom.demo.drawing.canvas import Pen, Scene, gradient, halo
from newsroom.demo.drawing.lanes import Lane
from newsroom.demo.drawing.light import RGB, mix, times


def sewing_hall(scene: Scene) -> None:
    lane = Lane((scene.focus_x, 420.0), 0.13)
    scene.image.paste(
        gradient(
            scene.size,
            ((0.0, (150, 160, 164)), (0.4, (224, 228, 224)), (0.42, (178, 184, 182)), (1.0, (120, 122, 122))),
        ),
        (0, 0),
    )
    with scene.pen() as pen:
        _shell(pen, lane)
        for k in range(11, -1, -1):
            depth = k / 12
            _strip_light(pen, lane, depth)
            for x in (-80.0, 520.0, 1120.0):
                _sewing_table(scene, pen, lane, x, depth + 0.03)
        _denim(scene, pen, lane)
    scene.glow(halo(scene.size, (scene.focus_x, 420), (500, 260), 1.5), (236, 246, 250), 0.5)


def _shell(pen: Pen, lane: Lane) -> None:
    """Ceiling, walls, floor, the end wall; windows and beams."""
    left, right, top, floor = -500.0, 2100.0, -620.0, 1420.0
    through = (0.0, 1.0)
    pen.polygon(lane.level((left, right), top, through), (132, 142, 146))
    pen.polygon(lane.side(left, (top, floor), through), (188, 194, 190))
    pen.polygon(lane.side(right, (top, floor), through), (204, 208, 202))
    pen.polygon(lane.level((left, right), floor, through), (138, 134, 126))
    pen.rect(*lane.at(left, top, 1.0), *lane.at(right, floor, 1.0), (226, 230, 226))
    for k in range(14):
        depth = k / 14
        for x in (left, right):
            pen.polygon(lane.side(x, (-300, 200), (depth + 0.012, depth + 0.05)), (232, 244, 250))
        beam = [lane.at(left, top, depth), lane.at(right, top, depth)]
        pen.line(beam, (104, 114, 120), max(1.0, 14 * lane.scale(depth)))


def _strip_light(pen: Pen, lane: Lane, depth: float) -> None:
    for x in (140.0, 800.0, 1460.0):
        pen.polygon(lane.level((x - 26, x + 26), -330, (depth, depth + 0.055)), (255, 255, 250))
        pen.line([lane.at(x, -330, depth), lane.at(x, -620, depth)], (120, 128, 132), max(0.7, 3 * lane.scale(depth)))


def _sewing_table(scene: Scene, pen: Pen, lane: Lane, x: float, depth: float) -> None:
    scale, half, top = lane.scale(depth), 190.0, 1010.0
    for px in (x - half + 14, x + half - 14):
        pen.line([lane.at(px, top, depth), lane.at(px, 1400, depth)], (82, 88, 92), max(1.0, 15 * scale))
    pen.polygon(lane.level((x - half, x + half), top, (depth, depth + 0.05)), (222, 210, 184))
    edge = [(x - half, top), (x + half, top), (x + half, top + 26), (x - half, top + 26)]
    pen.polygon(lane.facing(edge, depth), (168, 152, 124))
    _cloth(
        pen,
        lane,
        (x - half * 0.96, x + half * 0.22),
        top,
        depth,
        mix((44, 66, 112), (92, 122, 166), scene.rng.random()),
    )
    _machine(pen, lane, x + half * 0.5, top, depth + 0.012)


def _cloth(pen: Pen, lane: Lane, xs: tuple[float, float], top: float, depth: float, blue: RGB) -> None:
    """Denim spread over the table and hanging from its edge, cut pieces stacked behind."""
    left, right = xs
    far = [lane.at(right - 30, top, depth + 0.03), lane.at(left + 14, top, depth + 0.03)]
    pen.polygon([lane.at(left, top, depth), lane.at(right, top, depth), *far], mix(blue, (255, 255, 255), 0.16))
    hem = [(right - (right - left) * t, top + 76 + 22 * math.sin(t * 9 + left)) for t in (k / 10 for k in range(11))]
    pen.polygon(lane.facing([(left, top), (right, top), *hem], depth), blue)
    for x, y in hem[1::2]:
        fold = lane.facing([(x, top + 6), (x, y)], depth)
        pen.line(fold, times(blue, (255, 255, 255), 0.66), max(0.8, 7 * lane.scale(depth)))
    for k in range(3):
        y = top - 8 - k * 22
        piece = [(left + 30, y), (left + 130, y), (left + 128, y - 20), (left + 34, y - 20)]
        pen.polygon(lane.facing(piece, depth + 0.03), mix(blue, (150, 176, 210), 0.2 + 0.22 * k))


def _machine(pen: Pen, lane: Lane, x: float, top: float, depth: float) -> None:
    """A sewing machine: bed, arm, wheel and a cone of thread."""
    scale = lane.scale(depth)
    bed = [(x - 80, top), (x - 80, top - 36), (x + 84, top - 36), (x + 84, top)]
    pen.polygon(lane.facing(bed, depth), (176, 182, 184))
    arm = [(x + 34, top - 36), (x + 34, top - 150), (x - 84, top - 150), (x - 84, top - 56), (x - 56, top - 56)]
    arm += [(x - 50, top - 106), (x + 84, top - 106), (x + 84, top - 36)]
    pen.polygon(lane.facing(arm, depth), (240, 240, 234))
    pen.ellipse(*lane.at(x + 92, top - 104, depth), 24 * scale, 36 * scale, (64, 72, 80))
    cone_x, cone_y = lane.at(x + 20, top - 188, depth)
    pen.rect(cone_x - 10 * scale, cone_y, cone_x + 10 * scale, cone_y + 38 * scale, (206, 150, 58))


def _denim(scene: Scene, pen: Pen, lane: Lane) -> None:
    """Rolls of cloth, ends towards us, stacked along the right-hand wall."""
    rng = scene.rng
    for depth in (0.34, 0.24, 0.15, 0.08, 0.03):
        for row in range(5):
            for k in range(4 - (row + 1) // 2):
                x, y = lane.at(1620 + k * 150 + (row % 2) * 74, 1350 - row * 126, depth)
                radius = 72 * lane.scale(depth)
                blue = mix((38, 56, 98), (84, 112, 158), rng.random())
                pen.ellipse(x, y, radius, radius, times(blue, (255, 255, 255), 0.7))
                for ring in range(5):
                    pen.ring(
                        x, y, radius * (0.95 - ring * 0.16), mix(blue, (200, 214, 232), 0.35), max(0.8, radius * 0.025)
                    )
                pen.ellipse(x, y, radius * 0.17, radius * 0.17, (190, 160, 116))
