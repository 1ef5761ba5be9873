"""Rooms and streets in one-point perspective."""

from __future__ import annotations

from collections.abc import Sequence

from newsroom.demo.drawing.canvas import Point

Pair = tuple[float, float]


class Lane:
    """A passage going straight away from us: depth 0 is the picture's plane, 1 the far end.

    ``far`` is how small a thing at the far end is beside the same thing at hand.
    """

    def __init__(self, vanish: Point, far: float = 0.16) -> None:
        self.vanish, self.far = vanish, far

    def scale(self, depth: float) -> float:
        return 1 / (1 + depth * (1 / self.far - 1))

    def at(self, x: float, y: float, depth: float) -> Point:
        """Where a point of the near plane lands when moved back to ``depth``."""
        scale = self.scale(depth)
        return self.vanish[0] + (x - self.vanish[0]) * scale, self.vanish[1] + (y - self.vanish[1]) * scale

    def facing(self, points: Sequence[Point], depth: float) -> list[Point]:
        """A shape standing across the passage."""
        return [self.at(x, y, depth) for x, y in points]

    def level(self, xs: Pair, y: float, depths: Pair) -> list[Point]:
        """A flat rectangle: a table top, a floor, a ceiling."""
        near, far = depths
        return [self.at(xs[0], y, near), self.at(xs[1], y, near), self.at(xs[1], y, far), self.at(xs[0], y, far)]

    def side(self, x: float, ys: Pair, depths: Pair) -> list[Point]:
        """An upright rectangle along the passage: a wall, a shelf front."""
        near, far = depths
        return [self.at(x, ys[0], near), self.at(x, ys[0], far), self.at(x, ys[1], far), self.at(x, ys[1], near)]
