"""Land: ridge lines that fade with distance, relief lit from one side, and level ground in perspective."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from newsroom.demo.drawing.canvas import Point, Scene, filled, gradient
from newsroom.demo.drawing.light import RGB, Stop, mix
from newsroom.demo.drawing.noise import BICUBIC, cloudy, contrast, emboss, on_the_ground

STEP = 4


def profile(rng: Random, width: int, cells: float, rough: float = 0.5, octaves: int = 6) -> list[float]:
    """Heights from 0 to 1, one every `STEP` pixels: a fractal line whose broadest swell is ``width / cells``."""
    count = width // STEP + 2
    heights = [0.0] * count
    total, weight = 0.0, 1.0
    for octave in range(octaves):
        knots = [rng.random() for _ in range(math.ceil(cells * 2**octave) + 3)]
        scale = cells * 2**octave / count
        for i in range(count):
            whole, part = divmod(i * scale, 1)
            eased = part * part * (3 - 2 * part)
            knot = int(whole)
            heights[i] += weight * (knots[knot] + (knots[knot + 1] - knots[knot]) * eased)
        total += weight
        weight *= rough
    low, high = min(heights), max(heights)
    return [(value - low) / (high - low or 1) for value in heights]


def ridge(scene: Scene, base: float, rise: float, cells: float, rough: float = 0.5, power: float = 1.0) -> list[Point]:
    """A skyline of hills standing on ``base``, its summits ``rise`` pixels above it."""
    heights = profile(scene.rng, scene.width, cells, rough)
    return [(i * STEP, base - rise * value**power) for i, value in enumerate(heights)]


def hills(
    scene: Scene, line: Sequence[Point], colour: RGB, depth: float, foot: float,
    sun: float = 0.35, texture: float = 0.3, grain: float = 1.0,
) -> Image.Image:  # fmt: skip
    """Fill everything below a ridge line down to ``foot``; the foot lies deeper in the haze. Returns the mask."""
    top = min(y for _, y in line)
    outline = [*line, (scene.width + 8, foot), (-8, foot)]
    mask = scene.mask(filled(outline))
    light = scene.light
    stops: list[Stop] = [
        (0.0, light.see(colour, sun, depth)),
        (0.5, light.see(colour, sun * 0.8, min(1.0, depth + 0.06))),
        (1.0, light.see(colour, sun * 0.7, min(1.0, depth + 0.24))),
    ]
    scene.fill(mask, stops, top, foot)
    if texture > 0:
        rugged(scene, mask, top, foot, texture * (1 - depth * 0.7), grain)
    return mask


def rugged(scene: Scene, mask: Image.Image, top: float, foot: float, strength: float, grain: float = 1.0) -> None:
    """Rake light over a slope: gullies and spurs, within the mask."""
    height = max(8, round(foot - top))
    size = (scene.width // 2, height // 2 + 1)
    field = cloudy(scene.rng, size, (9 * grain, 9 * grain * height / scene.width * 0.8), 6, 0.62)
    raked = emboss(field, 3, -2, 2.4).resize((scene.width, height), BICUBIC)
    whole = Image.new("L", scene.size, 128)
    whole.paste(raked, (0, round(top)))
    scene.texture(whole, mask, strength)


def ground(
    scene: Scene, horizon: float, near: RGB, far: RGB, texture: float = 0.4,
    cells: tuple[float, float] = (90, 70), ratio: float = 12.0, bottom: float | None = None, centre: float = 0.5,
) -> None:  # fmt: skip
    """Level ground from ``horizon`` to ``bottom``; both colours as seen, not as painted."""
    top, end = round(horizon), round(bottom or scene.height)
    height = end - top
    if height < 4:
        return
    sheet = gradient((scene.width, height), ((0.0, far), (0.25, mix(far, near, 0.45)), (1.0, near)))
    field = cloudy(scene.rng, (900, 900), cells, 5, 0.66)
    laid = contrast(on_the_ground(emboss(field, 2, -2, 2.0), (scene.width, height), ratio, centre), 1.0)
    # Close to us the plane is magnified; grit of its own size keeps the near ground from going soft.
    grit = emboss(cloudy(scene.rng, (scene.width, height), (120, height / 4), 3, 0.8), 2, -2, 1.1)
    close = gradient((scene.width, height), ((0.0, (0, 0, 0)), (0.3, (40, 40, 40)), (1.0, (190, 190, 190))))
    laid.paste(grit, (0, 0), close.getchannel(0))
    fade = gradient((scene.width, height), ((0.0, (30, 30, 30)), (0.4, (150, 150, 150)), (1.0, (255, 255, 255))))
    scene.image.paste(sheet, (0, top))
    whole, where = Image.new("L", scene.size, 128), Image.new("L", scene.size)
    whole.paste(laid, (0, top))
    where.paste(fade.getchannel(0), (0, top))
    scene.texture(whole, where, texture)


def scree(scene: Scene, top: float, bottom: float, colours: Sequence[RGB], count: int, size: float = 7.0) -> None:
    """Loose stones, larger towards us, each with its shadow."""
    rng, light = scene.rng, scene.light
    with scene.pen((0, top, scene.width, bottom + size)) as pen:
        stones = sorted(rng.random() ** 1.6 for _ in range(count))
        for share in stones:
            y = top + (bottom - top) * share
            radius = size * (0.12 + share) * rng.uniform(0.3, 1.1)
            x = rng.uniform(0, scene.width)
            stone = light.see(rng.choice(colours), rng.uniform(0.4, 0.9), 0.3 * (1 - share))
            pen.ellipse(x + radius * 0.6, y + radius * 0.35, radius * 1.3, radius * 0.4, (*light.fill, 110))
            pen.ellipse(x, y, radius, radius * 0.62, light.see(stone, 0.0))
            pen.ellipse(x - radius * 0.15, y - radius * 0.2, radius * 0.75, radius * 0.4, stone)


@dataclass(frozen=True)
class Relief:
    """A range built from a height field and seen in perspective, slice by slice from the back.

    ``horizon`` and ``foot`` are heights in the picture, ``rise`` the tallest summit in pixels. The range is highest at
    ``crest`` (0 the back, 1 the front) and sinks to the plain on our side. ``snow`` is the share of the rise above
    which it lies, more than 1 for none; ``haze`` the depth at the back and at the front.
    """

    horizon: float
    foot: float
    rise: float
    cells: tuple[float, float] = (5.0, 3.0)
    gain: float = 0.5
    power: float = 1.3
    slices: int = 84
    crest: float = 0.35
    haze: tuple[float, float] = (0.7, 0.15)
    snow: float = 2.0
    sun_from_left: bool = True

    def envelope(self, near: float) -> float:
        """How much of the rise is left at depth ``near``."""
        if near <= self.crest:
            return 0.62 + 0.38 * near / self.crest
        fall = (near - self.crest) / (1 - self.crest)
        return math.pow(1 - fall, 1.5)


def relief(scene: Scene, shape: Relief, rock: RGB, snow: RGB = (250, 248, 248)) -> None:
    """Draw the range over what is there."""
    columns = scene.width // STEP + 2
    field = cloudy(scene.rng, (columns, shape.slices), shape.cells, 7, shape.gain)
    field = contrast(field, 0.78)
    shades = emboss(field, 1 if shape.sun_from_left else -1, -1, 3.6).tobytes()
    heights = field.tobytes()
    painter = ImageDraw.Draw(scene.image)
    rows = [_slice(shape, heights[i * columns : (i + 1) * columns], i) for i in range(shape.slices)]
    rows.append([(scene.height, 0.0)] * columns)
    for index in range(shape.slices):
        near = index / (shape.slices - 1)
        depth = shape.haze[0] + (shape.haze[1] - shape.haze[0]) * near
        ramps = [_ramp(scene.light.see(tone, 0.0, depth), scene.light.see(tone, 1.0, depth)) for tone in (rock, snow)]
        tones = shades[index * columns : (index + 1) * columns]
        _draw_slice(painter, rows[index], rows[index + 1], tones, ramps, shape.snow, shape.foot)


def _slice(shape: Relief, heights: bytes, index: int) -> list[tuple[float, float]]:
    """Height in the picture and share of the full rise, for each column of one slice."""
    near = index / (shape.slices - 1)
    base = shape.horizon + (shape.foot - shape.horizon) * near**1.4
    left = shape.envelope(near)
    shares = [left * (value / 255) ** shape.power for value in heights]
    return [(base - shape.rise * share, share) for share in shares]


def _draw_slice(
    painter: ImageDraw.ImageDraw, here: Sequence[tuple[float, float]], front: Sequence[tuple[float, float]],
    tones: bytes, ramps: Sequence[Sequence[RGB]], snow: float, foot: float,
) -> None:  # fmt: skip
    for column in range(len(here) - 1):
        y0, y1 = here[column][0], here[column + 1][0]
        f0, f1 = min(foot, front[column][0]), min(foot, front[column + 1][0])
        if f0 <= y0 and f1 <= y1:
            continue  # The slice in front hides this one here.
        tone = tones[column]
        colour = ramps[here[column][1] > snow + (128 - tone) / 700][tone]
        x = column * STEP
        painter.polygon([(x, y0), (x + STEP, y1), (x + STEP, f1 + 2), (x, f0 + 2)], fill=colour)


def _ramp(dark: RGB, bright: RGB) -> list[RGB]:
    return [mix(dark, bright, (value - 50) / 150) for value in range(256)]
