"""Water: what stands above it mirrored, broken by ripples, with the sun's path laid across."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from newsroom.demo.drawing.canvas import Scene, gradient
from newsroom.demo.drawing.light import RGB
from newsroom.demo.drawing.noise import BICUBIC, cloudy, contrast, on_the_ground, threshold


def water(
    scene: Scene,
    horizon: float,
    bottom: float | None = None,
    chop: float = 1.0,
    colour: RGB | None = None,
    mirror: float = 0.8,
    ratio: float = 10.0,
) -> None:
    """Cover the picture from ``horizon`` down with a level sheet reflecting what is already drawn above.

    ``chop`` 0 is glass, 1 a breeze, 2 a rough day; ``mirror`` how much of the reflection survives.
    """
    top, end = round(horizon), round(bottom or scene.height)
    height = end - top
    if height < 4:
        return
    mirrored = _reflection(scene, top, height, chop)
    deep = colour or scene.light.deep
    weight = gradient(
        (scene.width, height),
        ((0.0, _grey(255 * mirror)), (0.4, _grey(255 * mirror * 0.72)), (1.0, _grey(255 * mirror * 0.45))),
    ).getchannel(0)
    sheet = Image.new("RGB", (scene.width, height), deep)
    sheet.paste(mirrored, (0, 0), weight)
    waves = swell(scene, height, chop, ratio)
    sheet = Image.blend(sheet, ImageChops.overlay(sheet, Image.merge("RGB", (waves,) * 3)), min(0.75, 0.3 + chop * 0.2))
    scene.image.paste(sheet, (0, top))


def swell(scene: Scene, height: int, chop: float, ratio: float = 10.0) -> Image.Image:
    """Wave crests and troughs in perspective, as a grey texture with its mean near 128."""
    field = cloudy(scene.rng, (900, 900), (26, 60 + 20 * chop), 4, 0.62)
    waves = on_the_ground(field, (scene.width, height), ratio)
    # Close to us the plane is magnified; ripples of their own size keep the near water from going soft.
    ripples = cloudy(scene.rng, (scene.width, height), (30, height / 7), 3, 0.7)
    near = gradient((scene.width, height), ((0.0, _grey(0)), (0.3, _grey(30)), (1.0, _grey(130)))).getchannel(0)
    waves.paste(ripples, (0, 0), near)
    return contrast(waves, 0.9 + 0.5 * chop)


def glitter(
    scene: Scene, x: float, horizon: float, width: float, bottom: float | None = None,
    colour: RGB | None = None, strength: float = 0.9, ratio: float = 10.0,
) -> None:  # fmt: skip
    """The broken path of the sun or moon over the water, widening towards us."""
    top, end = round(horizon), round(bottom or scene.height)
    height = end - top
    sparks = threshold(cloudy(scene.rng, (900, 900), (60, 150), 3, 0.8), 132, 205)
    sparks = on_the_ground(sparks, (scene.width, height), ratio, x / scene.width)
    path = Image.new("L", (scene.width // 8, 32))
    path.putdata(
        [
            round(255 * math.exp(-(((column * 8 - x) / (width * (0.4 + row / 20))) ** 2)) * (1 - 0.45 * row / 32))
            for row in range(32)
            for column in range(scene.width // 8)
        ]
    )
    mask = Image.new("L", scene.size)
    mask.paste(ImageChops.multiply(sparks, path.resize((scene.width, height), BICUBIC)), (0, top))
    scene.glow(mask, colour or scene.light.sun, strength)


def streaks(scene: Scene, lights: list[tuple[float, float, RGB]], horizon: float, length: float) -> None:
    """Lamps mirrored in dark water: one trembling column of light under each (x, strength, colour)."""
    rng = scene.rng
    with scene.pen((0, horizon, scene.width, horizon + length * 1.3)) as pen:
        for x, strength, colour in lights:
            reach = length * rng.uniform(0.5, 1.2) * (0.4 + strength * 0.6)
            y, step = 2.0, 2.2
            while y < reach:
                fade = (1 - y / reach) ** 1.3 * strength
                half = rng.uniform(1.0, 3.0) + y * 0.028
                drift = rng.uniform(-1, 1) * y * 0.022
                shade = (*colour, round(200 * fade))
                pen.rect(x + drift - half, horizon + y, x + drift + half, horizon + y + step * 0.55, shade)
                y, step = y + step, step * 1.045


def _reflection(scene: Scene, top: int, height: int, chop: float) -> Image.Image:
    reach = min(top, round(height * 1.15))
    above = scene.image.crop((0, top - reach, scene.width, top)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    # Waves smear a reflection up and down far more than sideways.
    smeared = above.resize((scene.width // 2, max(4, round(height / (5 + 9 * chop)))), Image.Resampling.BOX)
    calm = above.resize((scene.width, height), BICUBIC)
    smooth = Image.blend(calm, smeared.resize((scene.width, height), BICUBIC), min(1.0, 0.35 + 0.5 * chop))
    return _shiver(scene, smooth, chop)


def _shiver(scene: Scene, sheet: Image.Image, chop: float) -> Image.Image:
    """Shift each row sideways by the ripple passing through it; ripples grow towards us."""
    rng = scene.rng
    width, height = sheet.size
    phase = [rng.uniform(0, 6.28) for _ in range(3)]
    result = sheet.copy()
    for y in range(height):
        near = (y + 4) / height
        depth = math.log(1 + y * 0.35)
        wave = math.sin(depth * 21 + phase[0]) + 0.6 * math.sin(depth * 47 + phase[1]) + 0.5 * rng.uniform(-1, 1)
        shift = round(wave * chop * (1 + 13 * near))
        if shift:
            result.paste(sheet.crop((0, y, width, y + 1)), (shift, y))
    return result


def _grey(value: float) -> RGB:
    level = max(0, min(255, round(value)))
    return level, level, level
