"""Pictures of ideas, in cut paper: a queue, ballots, a cooling loop, broken links, sound leaving a speaker."""

from __future__ import annotations

import math
from functools import partial

from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.paper import CREAM, INK, ROSE, SAFFRON, TEAL, TERRACOTTA, arc, backing, band, cut, fibre


def queue(scene: Scene) -> None:
    """Upright strokes, tall at hand and small far off, winding towards one bright door."""
    backing(scene, (58, 44, 76), (176, 84, 74))
    door = (scene.focus_x + 330, 372.0)
    scene.glow(halo(scene.size, door, (760, 520), 1.6), (255, 168, 96), 0.6)
    cut(
        scene,
        filled([(0, 470), (scene.width, 420), (scene.width, 1067), (0, 1067)]),
        (122, 62, 72),
        6,
        (84, 42, 62),
    )
    cut(
        scene,
        filled([(door[0] - 30, 478), (door[0] + 40, 474), (door[0] + 220, 1067), (-120, 1067), (-120, 900)]),
        (206, 122, 84),
        8,
        (150, 72, 66),
    )
    cut(
        scene,
        filled([(door[0] - 40, 478), (door[0] - 40, 286), (door[0] + 46, 286), (door[0] + 46, 474)]),
        (96, 48, 66),
        10,
    )
    with scene.pen((door[0] - 60, 260, door[0] + 60, 500)) as pen:
        pen.polygon(
            [(door[0] - 28, 477), (door[0] - 28, 300), (door[0] + 34, 300), (door[0] + 34, 474)], (255, 240, 206)
        )
    _stand_in_line(scene, door)
    scene.glow(halo(scene.size, door, (230, 230), 2.0), (255, 226, 170), 0.8)
    fibre(scene)


def _stand_in_line(scene: Scene, door: Point) -> None:
    rng, steps = scene.rng, 46
    for index in range(steps):
        t = index / (steps - 1)
        near = t**1.7
        x = door[0] - 10 - 1130 * near + 150 * math.sin(t * 4.2) * t
        base, tall = 490 + 520 * near, 34 + 430 * near
        wide = 5 + 44 * near
        lean = rng.uniform(-0.06, 0.06) * tall
        colour = mix(mix(SAFFRON, TERRACOTTA, t), INK, 0.18 + 0.62 * t)
        if index % 7 == 3:
            colour = mix(CREAM, SAFFRON, 0.25)
        top = [(x - wide * 0.42 + lean, base - tall), (x + wide * 0.42 + lean, base - tall * 0.985)]
        cut_stroke(scene, [(x - wide / 2, base), *top, (x + wide / 2, base + wide * 0.06)], colour, 2 + 9 * near)


def cut_stroke(scene: Scene, shape: list[Point], colour: RGB, lift: float) -> None:
    """One small piece of paper, its shadow drawn rather than blurred: there are many of them."""
    left, top = min(x for x, _ in shape), min(y for _, y in shape)
    right, low = max(x for x, _ in shape), max(y for _, y in shape)
    with scene.pen((left - 4, top - 4, right + lift * 3, low + lift * 2)) as pen:
        for step in range(4):
            drift = lift * (0.4 + step * 0.3)
            pen.polygon([(x + drift, y + drift * 0.4) for x, y in shape], alpha((28, 14, 30), 0.13))
        pen.polygon(shape, colour)
        pen.line([shape[0], shape[1]], alpha(mix(colour, (255, 255, 255), 0.5), 0.6), max(0.8, lift * 0.16))


def envelopes(scene: Scene) -> None:
    """Pale envelopes over one another, one of them in a warm colour."""
    backing(scene, (226, 230, 226), (196, 206, 206))
    rng = scene.rng
    papers: tuple[RGB, ...] = ((250, 246, 236), (240, 236, 226), (232, 234, 232), (246, 240, 224), (224, 230, 232))
    spots = [(160.0 + 214 * (k % 7) + 60 * (k // 7 % 2), 130.0 + 200 * (k // 7)) for k in range(35)]
    rng.shuffle(spots)
    # The warm one lies near the top of the pile, at the focus.
    for x, y in spots[:-3]:
        _envelope(
            scene, (x + rng.uniform(-46, 46), y + rng.uniform(-40, 40)), rng.uniform(-0.5, 0.5), rng.choice(papers)
        )
    _envelope(scene, (scene.focus_x + 30, scene.focus_y), -0.12, TERRACOTTA)
    for x, y in ((scene.focus_x - 400, scene.focus_y + 190), (scene.focus_x + 420, scene.focus_y - 170)):
        _envelope(scene, (x, y), rng.uniform(-0.3, 0.3), papers[0])
    fibre(scene, 0.2)


def _envelope(scene: Scene, centre: Point, turn: float, colour: RGB) -> None:
    c, s = math.cos(turn), math.sin(turn)

    def at(x: float, y: float) -> Point:
        return centre[0] + x * c - y * s, centre[1] + x * s + y * c

    half, tall = 168.0, 108.0
    corners = [at(-half, tall), at(-half, -tall), at(half, -tall), at(half, tall)]
    cut_stroke(scene, corners, colour, 12)
    box = (centre[0] - 220, centre[1] - 220, centre[0] + 220, centre[1] + 220)
    with scene.pen(box) as pen:
        fold = mix(colour, (70, 64, 60), 0.16)
        pen.polygon([at(-half, tall), at(0, -6), at(half, tall)], mix(colour, (255, 255, 255), 0.2))
        pen.line([at(-half, tall), at(-14, -4), at(14, -4), at(half, tall)], fold, 2)
        for k in range(5):
            pen.polygon([at(-half, -tall + k), at(0, 34 + 3 * k), at(half, -tall + k)], alpha((30, 24, 30), 0.05))
        pen.polygon([at(-half, -tall), at(0, 30), at(half, -tall)], mix(colour, (255, 255, 255), 0.08))
        pen.line([at(-half, -tall), at(0, 30), at(half, -tall)], fold, 2)


def cooling_loops(scene: Scene) -> None:
    """Blue and copper tubing crossing behind a grid of small squares."""
    backing(scene, (238, 232, 218), (222, 214, 200))
    blue, copper = (38, 104, 156), (190, 108, 62)
    runs: list[tuple[float, float, RGB]] = [
        (170, 0.0, blue), (330, 1.3, copper), (490, 2.3, mix(blue, (120, 190, 216), 0.5)),
        (640, 3.3, mix(copper, (240, 186, 130), 0.4)), (800, 4.5, blue), (950, 5.4, copper),
    ]  # fmt: skip
    for index, (y, phase, colour) in enumerate(runs):
        swing = 120 + 26 * (index % 3)
        path: list[Point] = [(x, y + swing * math.sin(x / 230 + phase)) for x in (-60.0 + 20 * k for k in range(88))]
        _tube(scene, path, 46, colour)
    for centre, radius, colour in (
        ((420.0, 540.0), 236.0, copper),
        ((1150.0, 500.0), 290.0, blue),
        ((1150.0, 500.0), 196.0, copper),
        ((420.0, 540.0), 150.0, blue),
    ):
        _tube(scene, arc(centre, radius, -210, 60), 42, colour)
    with scene.pen() as pen:
        _chips(scene, pen)
    fibre(scene, 0.18)


def _tube(scene: Scene, path: list[Point], width: float, colour: RGB) -> None:
    xs, ys = [x for x, _ in path], [y for _, y in path]
    with scene.pen((min(xs) - width, min(ys) - width, max(xs) + width, max(ys) + width * 1.6)) as pen:
        for step in range(6):
            drift = 5 + step * 3.4
            pen.polygon(
                [(x + drift * 0.7, y + drift) for x, y in band(path, width * (1.04 - step * 0.03))],
                alpha((52, 40, 36), 0.085),
            )
        pen.polygon(band(path, width), mix(colour, (10, 14, 24), 0.34))
        for share, tone in (
            (0.84, colour),
            (0.6, mix(colour, (255, 255, 255), 0.14)),
            (0.34, mix(colour, (255, 255, 255), 0.32)),
            (0.1, mix(colour, (255, 255, 255), 0.66)),
        ):
            shift = -width * 0.14 * (1 - share)
            pen.polygon([(x + shift * 0.5, y + shift) for x, y in band(path, width * share)], tone)


def _chips(scene: Scene, pen: Pen) -> None:
    rng = scene.rng
    for row in range(9):
        for column in range(13):
            x, y = 130 + column * 112, 96 + row * 110
            if rng.random() < 0.16:
                continue
            size = 17 + 6 * math.sin(row * 1.3 + column)
            colour = INK if rng.random() < 0.74 else rng.choice((CREAM, SAFFRON, TEAL))
            for step in range(3):
                pen.rect(
                    x - size + 3 + step * 2,
                    y - size + 4 + step * 2,
                    x + size + 3 + step * 2,
                    y + size + 4 + step * 2,
                    alpha((40, 32, 30), 0.13),
                )
            pen.rect(x - size, y - size, x + size, y + size, colour)
            pen.rect(x - size, y - size, x + size, y - size + 2, mix(colour, (255, 255, 255), 0.3))
            pen.rect(
                x - size * 0.42, y - size * 0.42, x + size * 0.42, y + size * 0.42, mix(colour, (255, 255, 255), 0.16)
            )


def broken_links(scene: Scene) -> None:
    """Thin lines meeting at a few bright nodes; several stop short."""
    backing(scene, (18, 26, 50), (38, 34, 66))
    rng = scene.rng
    cut(
        scene,
        filled([(0, 640), (500, 560), (980, 690), (1600, 540), (1600, 1067), (0, 1067)]),
        (30, 40, 74),
        14,
        (20, 24, 48),
    )
    cut(
        scene,
        filled([(0, 880), (640, 800), (1150, 900), (1600, 800), (1600, 1067), (0, 1067)]),
        (24, 50, 82),
        14,
        (16, 26, 50),
    )
    nodes: list[tuple[float, float, float]] = [
        (800, 520, 30), (430, 330, 20), (1160, 300, 22), (330, 740, 17), (1230, 730, 24), (720, 170, 14),
        (760, 880, 18), (1440, 500, 14), (140, 480, 14),
    ]  # fmt: skip
    joined = ((0, 1), (0, 2), (0, 4), (1, 5), (2, 5), (0, 6), (4, 7), (1, 8), (3, 1), (6, 4))
    with scene.pen() as pen:
        for _ in range(54):
            a = nodes[rng.randrange(len(nodes))]
            turn, reach = rng.uniform(0, math.tau), rng.uniform(90, 330)
            end = (a[0] + math.cos(turn) * reach, a[1] + math.sin(turn) * reach)
            pen.line([(a[0], a[1]), end], alpha((150, 176, 220), rng.uniform(0.16, 0.4)), 1.2)
            nx, ny = -math.sin(turn) * 9, math.cos(turn) * 9
            pen.line([(end[0] - nx, end[1] - ny), (end[0] + nx, end[1] + ny)], alpha((226, 120, 92), 0.85), 2.4)
        for first, second in joined:
            a, b = nodes[first], nodes[second]
            for offset in (-5, 0, 5):
                bow = offset * 5
                middle = ((a[0] + b[0]) / 2 + bow, (a[1] + b[1]) / 2 - bow)
                curve = [_quadratic((a[0], a[1]), middle, (b[0], b[1]), k / 24) for k in range(25)]
                pen.line(curve, alpha((246, 206, 140), 0.9 if offset == 0 else 0.4), 2.4 if offset == 0 else 1.2)
    for x, y, size in nodes:
        scene.glow(halo(scene.size, (x, y), (size * 6, size * 6), 2.0), (255, 196, 110), 0.75)
    with scene.pen() as pen:
        for x, y, size in nodes:
            pen.ellipse(x, y, size, size, (255, 226, 164))
            pen.ellipse(x, y, size * 0.55, size * 0.55, (255, 248, 228))
            pen.ring(x, y, size * 1.6, alpha((255, 214, 150), 0.5), 1.4)
    fibre(scene, 0.16)


def _quadratic(start: Point, middle: Point, end: Point, t: float) -> Point:
    u = 1 - t
    return (
        u * u * start[0] + 2 * u * t * middle[0] + t * t * end[0],
        u * u * start[1] + 2 * u * t * middle[1] + t * t * end[1],
    )


def sound(scene: Scene) -> None:
    """Concentric arcs in warm papers, growing thinner as they leave."""
    backing(scene, (246, 226, 196), (236, 190, 150))
    centre = (330.0, 640.0)
    papers: tuple[RGB, ...] = (
        ROSE,
        (240, 204, 156),
        TERRACOTTA,
        SAFFRON,
        (150, 62, 56),
        (244, 222, 188),
        (206, 110, 70),
        (90, 44, 56),
    )
    for index in range(9, -1, -1):
        radius, width = 190 + index * 118, 78 - index * 4.2
        start, end = -74 + index * 1.8, 58 - index * 2.6
        colour = papers[index % len(papers)]
        strip = band(arc(centre, radius, start, end), partial(_crescent, width))
        cut(scene, filled(strip), colour, 13, mix(colour, (120, 50, 44), 0.24))
    cut(scene, lambda pen: pen.ellipse(centre[0], centre[1], 128, 128, 255), (84, 42, 54), 16)
    cut(scene, lambda pen: pen.ellipse(centre[0] + 3, centre[1], 78, 78, 255), TERRACOTTA, 9)
    cut(scene, lambda pen: pen.ellipse(centre[0] + 5, centre[1], 30, 30, 255), (252, 226, 176), 6)
    cut(
        scene,
        filled([(0, 960), (520, 930), (1080, 975), (1600, 920), (1600, 1067), (0, 1067)]),
        (110, 52, 58),
        14,
    )
    fibre(scene)


def _crescent(width: float, t: float) -> float:
    return width * (0.55 + 0.45 * math.sin(math.pi * t))
