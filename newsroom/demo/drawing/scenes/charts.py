"""Charts as pictures: the shape of the numbers and nothing to read, for the head of a story."""

from __future__ import annotations

from itertools import pairwise

from PIL import ImageChops

from newsroom.demo.drawing.canvas import Point, Scene, filled, gradient, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.paper import INK, backing, cut, fibre

LEFT, RIGHT, TOP, FLOOR = 150.0, 1470.0, 190.0, 880.0


def chart(scene: Scene) -> None:
    """A line or bars, as the picture's ``shape`` says."""
    if scene.spec.shape == "bar":
        bar_chart(scene)
    else:
        line_chart(scene)


def line_chart(scene: Scene) -> None:
    """A stepped line over a pale grid, the ground beneath it shaded."""
    light = scene.light
    paper, tint = mix(light.sky[-1][1], (255, 255, 255), 0.66), mix(light.haze, (255, 255, 255), 0.3)
    backing(scene, paper, tint)
    _grid(scene, mix(paper, INK, 0.22))
    points = _trace(scene.spec.values)
    stepped: list[Point] = [points[0]]
    for before, after in pairwise(points):
        stepped += [(after[0], before[1]), after]
    stepped.append((RIGHT + 60, points[-1][1]))
    deep: RGB = (24, 74, 96)
    area = scene.mask(filled([*stepped, (RIGHT + 60, FLOOR), (stepped[0][0], FLOOR)]))
    wash = gradient(scene.size, ((0.0, (230, 230, 230)), (0.85, (30, 30, 30)), (1.0, (0, 0, 0)))).getchannel(0)
    scene.tint(ImageChops.multiply(area, wash), deep, 0.42)
    cut(scene, lambda pen: pen.line(stepped, 255, 11), deep, 9, deep, 0.3)
    with scene.pen() as pen:
        for x, y in points[1:]:
            pen.ellipse(x, y, 10, 10, paper)
            pen.ellipse(x, y, 6.5, 6.5, deep)
    _endpoint(scene, (RIGHT + 60, points[-1][1]), (198, 84, 54))
    fibre(scene, 0.16)


def bar_chart(scene: Scene) -> None:
    """Bars as cut paper standing on a line, the highest in the accent."""
    backing(scene, (246, 214, 172), (226, 150, 110))
    _grid(scene, (150, 84, 66))
    values = scene.spec.values or (1.0,)
    peak, pitch = max(values), (RIGHT - LEFT) / len(values)
    for index, value in enumerate(values):
        left, tall = LEFT + pitch * index + pitch * 0.16, (FLOOR - TOP) * value / (peak * 1.06)
        colour: RGB = (120, 38, 48) if value == peak else mix((196, 84, 58), (92, 44, 70), index / len(values))
        right, top = left + pitch * 0.68, FLOOR - tall
        bar = [(left, top), (right, top), (right, FLOOR), (left, FLOOR)]
        cut(scene, filled(bar), colour, 15, mix(colour, (40, 16, 40), 0.35))
    with scene.pen((LEFT - 60, FLOOR - 4, RIGHT + 70, FLOOR + 8)) as pen:
        pen.rect(LEFT - 50, FLOOR, RIGHT + 50, FLOOR + 4, (70, 30, 40))
    fibre(scene)


def _trace(values: tuple[float, ...]) -> list[Point]:
    shown = values or (1.0, 1.0)
    low, high = min(shown), max(shown)
    span = (high - low) or 1.0
    step = (RIGHT - LEFT) / max(1, len(shown) - 1)
    return [(LEFT + step * k, TOP + 60 + (FLOOR - TOP - 190) * (high - value) / span) for k, value in enumerate(shown)]


def _grid(scene: Scene, colour: RGB) -> None:
    with scene.pen() as pen:
        for k in range(7):
            y = TOP + (FLOOR - TOP) * k / 6
            pen.line([(LEFT - 50, y), (RIGHT + 60, y)], alpha(colour, 0.55), 1.4)
        for k in range(13):
            x = LEFT + (RIGHT - LEFT) * k / 12
            pen.line([(x, TOP), (x, FLOOR)], alpha(colour, 0.22), 1)
            pen.line([(x, FLOOR), (x, FLOOR + 14)], alpha(colour, 0.7), 1.6)


def _endpoint(scene: Scene, at: Point, colour: RGB) -> None:
    scene.glow(halo(scene.size, at, (130, 130), 2), mix(colour, (255, 220, 180), 0.5), 0.5)
    with scene.pen((at[0] - 30, at[1] - 30, at[0] + 30, at[1] + 30)) as pen:
        pen.ellipse(at[0], at[1], 19, 19, colour)
        pen.ellipse(at[0], at[1], 8, 8, (255, 244, 228))
