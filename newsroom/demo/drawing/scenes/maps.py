"""Editorial maps: tinted sea and land, quiet borders, the places of the story, a route if there is one, a scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

from newsroom.demo.drawing.canvas import FINE, Box, Pen, Point, Scene, scaled, soften
from newsroom.demo.drawing.coastlines import BORDERS, COUNTRIES, ISLANDS, LAKES, RIVERS, SEAS, VIA, WATERS, Line
from newsroom.demo.drawing.curves import through
from newsroom.demo.drawing.lettering import Face, face, spaced
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.noise import BICUBIC, cloudy, emboss
from newsroom.demo.drawing.specs import Place

TINTS: dict[str, tuple[RGB, RGB]] = {
    "noon": ((190, 213, 222), (247, 242, 230)),
    "dust": ((196, 209, 208), (243, 231, 206)),
    "dawn": ((198, 214, 224), (249, 239, 228)),
    "dusk": ((176, 188, 208), (244, 226, 212)),
    "night": ((150, 170, 194), (226, 226, 226)),
    "storm": ((184, 198, 204), (234, 234, 228)),
}
INK: RGB = (38, 42, 50)
ACCENT: RGB = (184, 58, 42)


class Projection:
    """Mercator, fitted so that the whole of ``bbox`` shows, centred, with air around it."""

    def __init__(self, bbox: Box, size: tuple[int, int], margin: float = 0.05) -> None:
        west, south, east, north = bbox
        low, high = self._rise(south), self._rise(north)
        width, height = size[0] * (1 - 2 * margin), size[1] * (1 - 2 * margin)
        self.scale = min(width / math.radians(east - west), height / (high - low))
        self.centre = (math.radians((west + east) / 2), (low + high) / 2)
        self.size = size

    @staticmethod
    def _rise(latitude: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))

    def point(self, lon: float, lat: float) -> Point:
        return (
            self.size[0] / 2 + (math.radians(lon) - self.centre[0]) * self.scale,
            self.size[1] / 2 - (self._rise(lat) - self.centre[1]) * self.scale,
        )

    def kilometres(self, pixels: float) -> float:
        """How far ``pixels`` is at the middle of the map."""
        latitude = 2 * math.atan(math.exp(self.centre[1])) - math.pi / 2
        return pixels / self.scale * 6371 * math.cos(latitude)


def region(scene: Scene) -> None:
    spec = scene.spec
    projection = Projection(spec.bbox or (22.0, 12.0, 62.0, 42.0), scene.size)
    sea, land = TINTS[spec.palette]
    waters = scene.mask(lambda pen: _waters(pen, projection))
    _ground(scene, waters, sea, land)
    with scene.pen() as pen:
        _lines(pen, projection, sea, land)
    route = _route_line(scene, projection)
    if route:
        _draw_route(scene, route)
    _labels(scene, projection, sea, route)
    _scale_bar(scene, projection)
    with scene.pen() as pen:
        for inset, width in ((16, 1.6), (22, 0.8)):
            edge = [
                (inset, inset),
                (scene.width - inset, inset),
                (scene.width - inset, scene.height - inset),
                (inset, scene.height - inset),
                (inset, inset),
            ]
            pen.line(edge, mix(INK, sea, 0.35), width)


def _waters(pen: Pen, projection: Projection) -> None:
    for outline in SEAS:
        pen.polygon(_coast(outline, projection), 255)
    for outline in ISLANDS:
        pen.polygon(_coast(outline, projection), 0)
    for outline in LAKES:
        pen.polygon(_coast(outline, projection), 255)


def _coast(outline: Line, projection: Projection) -> list[Point]:
    return _roughened((*outline, outline[0]), projection, 0.05, 99.0)


def _roughened(line: Line, projection: Projection, sway: float, longest: float) -> list[Point]:
    """The line bent a little between its points, always in the same way, so that it reads as land and not as a plan.

    Legs longer than ``longest`` degrees stay straight.
    """
    rng = Random(f"{line[0]}")
    points: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(line):
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        steps = max(2, min(12, round(length / 0.12))) if length <= longest else 1
        nx, ny = -(y1 - y0) / length, (x1 - x0) / length
        for k in range(steps):
            t, off = k / steps, rng.gauss(0, sway * min(length, 1.6)) if k else 0.0
            points.append(projection.point(x0 + (x1 - x0) * t + nx * off, y0 + (y1 - y0) * t + ny * off))
    return [*points, projection.point(*line[-1])]


def _ground(scene: Scene, waters: Image.Image, sea: RGB, land: RGB) -> None:
    scene.image.paste(land, (0, 0, scene.width, scene.height))
    field = cloudy(scene.rng, (scene.width // 2, scene.height // 2), (16, 11), 6, 0.6)
    shade = emboss(field, -2, -2, 1.2).resize(scene.size, BICUBIC)
    scene.texture(shade, ImageChops.invert(waters), 0.13)
    scene.image.paste(sea, (0, 0), waters)
    # Shelf tints: the sea pales towards the shore in soft bands, as engraved charts do.
    shore = soften(ImageChops.invert(waters), 26)
    scene.tint(ImageChops.multiply(waters, scaled(shore, 1.6)), mix(sea, (255, 255, 255), 0.6), 0.75)
    rim = ImageChops.subtract(soften(ImageChops.invert(waters), 3), ImageChops.invert(waters))
    scene.tint(ImageChops.multiply(rim, waters), mix(sea, (40, 80, 110), 0.55), 0.9)
    inner = ImageChops.multiply(soften(waters, 7), ImageChops.invert(waters))
    scene.tint(inner, mix(land, (150, 120, 80), 0.45), 0.45)


def _lines(pen: Pen, projection: Projection, sea: RGB, land: RGB) -> None:
    for degree in range(0, 90, 5):
        pen.line([projection.point(degree, 0.0), projection.point(degree, 60.0)], alpha(mix(sea, INK, 0.3), 0.22), 0.8)
        pen.line([projection.point(0.0, degree), projection.point(90.0, degree)], alpha(mix(sea, INK, 0.3), 0.22), 0.8)
    for river in RIVERS:
        pen.line(through(_roughened(river, projection, 0.05, 9.0), steps=4), mix(sea, (70, 120, 150), 0.42), 2.2)
    for border in BORDERS:
        # Long legs are lines ruled across a desert; short ones follow hills and rivers.
        line = _roughened(border, projection, 0.045, 1.5)
        pen.line(line, alpha(mix(land, INK, 0.16), 0.8), 5)
        for start, end in _dashes(line, 9, 5):
            pen.line([start, end], mix(land, INK, 0.55), 1.4)


def _dashes(line: Sequence[Point], dash: float, gap: float) -> Iterator[tuple[Point, Point]]:
    """Cut a line into dashes that carry on round its corners."""
    carried = 0.0
    for (x0, y0), (x1, y1) in pairwise(line):
        length = math.hypot(x1 - x0, y1 - y0)
        at = -carried
        while at < length and length > 0:
            start, end = max(0.0, at), min(length, at + dash)
            if end > start:
                yield (
                    (x0 + (x1 - x0) * start / length, y0 + (y1 - y0) * start / length),
                    (x0 + (x1 - x0) * end / length, y0 + (y1 - y0) * end / length),
                )
            at += dash + gap
        carried = (carried + length) % (dash + gap)


def _route_line(scene: Scene, projection: Projection) -> list[Point]:
    """The route as a smooth line through its stops; empty when it has fewer than two that are places of the map."""
    places = {place.label: (place.lon, place.lat) for place in scene.spec.places}
    stops = [label for label in scene.spec.route if label in places]
    path: list[Point] = []
    for first, second in pairwise(stops):
        path += [
            projection.point(*places[first]),
            *(projection.point(*point) for point in VIA.get((first, second), ())),
        ]
    return through([*path, projection.point(*places[stops[-1]])], steps=12) if path else []


def _draw_route(scene: Scene, curve: list[Point]) -> None:
    with scene.pen() as pen:
        pen.line(curve, alpha((255, 255, 255), 0.75), 11)
        pen.line(curve, ACCENT, 5)
        for share in (0.3, 0.62, 0.9):
            index = min(len(curve) - 2, round(share * len(curve)))
            _arrow(pen, curve[index - 1], curve[index + 1])


def _arrow(pen: Pen, before: Point, after: Point) -> None:
    turn = math.atan2(after[1] - before[1], after[0] - before[0])
    x, y = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
    c, s = math.cos(turn), math.sin(turn)
    pen.polygon(
        [(x + 14 * c, y + 14 * s), (x - 8 * c - 10 * s, y - 8 * s + 10 * c), (x - 8 * c + 10 * s, y - 8 * s - 10 * c)],
        ACCENT,
    )


class Lettering:
    """Sets words on the map, never one over another; drawn large and averaged down like everything else."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.taken: list[Box] = []

    def free(self, box: Box) -> bool:
        inside = box[0] > 30 and box[1] > 30 and box[2] < self.scene.width - 30 and box[3] < self.scene.height - 30
        return inside and not any(
            box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in self.taken
        )

    def word(
        self, text: str, centre: Point, font: Face, colour: RGB, halo: RGB | None = None, turn: float = 0.0
    ) -> None:
        left, top, right, bottom = font.getbbox(text)
        width, height = math.ceil(right - left) + 24, math.ceil(bottom - top) + 24
        mask, ring = Image.new("L", (width, height)), Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((12 - left, 12 - top), text, fill=255, font=font)
        if halo is not None:
            ImageDraw.Draw(ring).text((12 - left, 12 - top), text, fill=255, font=font, stroke_width=7)
        for layer, tone in ((soften(ring, 2), halo), (mask, colour)):
            if tone is not None:
                turned = layer.rotate(turn, BICUBIC, expand=True) if turn else layer
                small = turned.resize(
                    (max(1, turned.width // FINE), max(1, turned.height // FINE)), Image.Resampling.BOX
                )
                self.scene.image.paste(
                    tone, (round(centre[0] - small.width / 2), round(centre[1] - small.height / 2)), small
                )


def _labels(scene: Scene, projection: Projection, sea: RGB, route: list[Point]) -> None:
    letters, land = Lettering(scene), TINTS[scene.spec.palette][1]
    points = [(place, projection.point(place.lon, place.lat)) for place in scene.spec.places]
    letters.taken += [(x - 9, y - 9, x + 9, y + 9) for _, (x, y) in points]
    letters.taken.append((40, scene.height - 110, 400, scene.height - 30))
    with scene.pen() as pen:
        for _, (x, y) in points:
            pen.ellipse(x, y, 10, 10, (255, 255, 255))
            pen.ellipse(x, y, 7, 7, INK)
    for place, (x, y) in points:
        _place(letters, place, (x, y), mix(land, (255, 255, 255), 0.4))
    sea_font, country_font = face("italic", 52, 400), face("sans", 38, 500)
    letters.taken += [(x - 8, y - 8, x + 8, y + 8) for x, y in route[::3]]
    named: set[str] = set()
    for text, lon, lat, turn in WATERS:
        if text not in named and _ambient(
            letters, text, projection.point(lon, lat), sea_font, mix(sea, (36, 84, 116), 0.8), turn
        ):
            named.add(text)
    for text, lon, lat in COUNTRIES:
        _ambient(letters, spaced(text), projection.point(lon, lat), country_font, mix(land, INK, 0.5), 0.0)


def _place(letters: Lettering, place: Place, at: Point, halo: RGB) -> None:
    font = face("sans", 56, 600)
    left, top, right, bottom = font.getbbox(place.label)
    half, tall = (right - left) / FINE / 2, (bottom - top) / FINE / 2
    choices = (
        (half + 20, 0.0),
        (-half - 20, 0.0),
        (0.0, -tall - 20),
        (0.0, tall + 20),
        (half + 14, -tall - 10),
        (-half - 14, tall + 10),
    )
    for dx, dy in choices:
        box = (at[0] + dx - half - 3, at[1] + dy - tall - 4, at[0] + dx + half + 3, at[1] + dy + tall + 4)
        if letters.free(box):
            break
    letters.taken.append(box)
    letters.word(place.label, (at[0] + dx, at[1] + dy), font, INK, halo)


def _ambient(letters: Lettering, text: str, at: Point, font: Face, colour: RGB, turn: float) -> bool:
    """A name for orientation: left out (False) where it would crowd the story's own places."""
    left, top, right, bottom = font.getbbox(text)
    wide, tall = (right - left) / FINE, (bottom - top) / FINE
    c, s = abs(math.cos(math.radians(turn))), abs(math.sin(math.radians(turn)))
    half, rise = (wide * c + tall * s) / 2 + 6, (wide * s + tall * c) / 2 + 6
    box = (at[0] - half, at[1] - rise, at[0] + half, at[1] + rise)
    if not letters.free(box):
        return False
    letters.taken.append(box)
    letters.word(text, at, font, colour, None, turn)
    return True


def _scale_bar(scene: Scene, projection: Projection) -> None:
    target = projection.kilometres(230)
    length = next((step for step in (1000, 500, 400, 300, 200, 100, 50) if step <= target), 50)
    pixels = length / projection.kilometres(1.0)
    x, y = 60.0, scene.height - 58.0
    with scene.pen((x - 10, y - 20, x + pixels + 20, y + 20)) as pen:
        pen.rect(x, y, x + pixels, y + 6, INK)
        pen.rect(x + pixels / 2, y + 1.5, x + pixels - 1.5, y + 4.5, (255, 255, 255))
    Lettering(scene).word(f"{length} km", (x + pixels / 2, y - 22), face("sans", 38, 500), INK)
