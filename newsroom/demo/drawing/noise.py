"""Repeatable noise: every grain comes from the picture's own random source, never from the machine's."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageChops

BICUBIC = Image.Resampling.BICUBIC
BILINEAR = Image.Resampling.BILINEAR

Size = tuple[int, int]


def white(rng: Random, size: Size) -> Image.Image:
    """Independent grey values, one per pixel."""
    width, height = max(1, size[0]), max(1, size[1])
    return Image.frombytes("L", (width, height), rng.randbytes(width * height))


def cloudy(rng: Random, size: Size, cells: tuple[float, float], octaves: int = 5, gain: float = 0.5) -> Image.Image:
    """Fractal noise over ``size``, its coarsest features ``cells`` (across, down) to the picture.

    The mean is near 128 and the spread is stretched to use most of the range.
    """
    result: Image.Image | None = None
    total, weight = 0.0, 1.0
    for octave in range(octaves):
        step = 2**octave
        across, down = max(2, round(cells[0] * step)), max(2, round(cells[1] * step))
        if across > size[0] * 2 and down > size[1] * 2:
            break
        layer = white(rng, (across, down)).resize(size, BICUBIC)
        total += weight
        result = layer if result is None else Image.blend(result, layer, weight / total)
        weight *= gain
    if result is None:
        raise ValueError("noise needs at least one octave")
    return contrast(result, 1.9)


def contrast(grey: Image.Image, factor: float, middle: float = 128) -> Image.Image:
    """Stretch grey values away from ``middle``."""
    return grey.point([max(0, min(255, round(128 + (value - middle) * factor))) for value in range(256)])


def threshold(grey: Image.Image, low: float, high: float) -> Image.Image:
    """0 below ``low``, 255 above ``high``, an even slope between."""
    span = max(1e-6, high - low)
    return grey.point([max(0, min(255, round(255 * (value - low) / span))) for value in range(256)])


def emboss(height: Image.Image, dx: int, dy: int, strength: float = 1.0) -> Image.Image:
    """Light raking over a height field from the side it is shifted towards; 128 is level ground."""
    shifted = ImageChops.offset(height, dx, dy)
    raked = contrast(ImageChops.subtract(height, shifted, 2.0, 128), strength * 2)
    # Offsetting wraps around: what came in on the far side is overlaid with its neighbours.
    width, tall = raked.size
    across, down = abs(dx), abs(dy)
    if across:
        here, there = (0, across) if dx > 0 else (width - across, width - 2 * across)
        raked.paste(raked.crop((there, 0, there + across, tall)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (here, 0))
    if down:
        here, there = (0, down) if dy > 0 else (tall - down, tall - 2 * down)
        raked.paste(raked.crop((0, there, width, there + down)).transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, here))
    return raked


def on_the_ground(texture: Image.Image, size: Size, ratio: float = 9.0, centre: float = 0.5) -> Image.Image:
    """Lay a texture on a level plane seen from above it: the top row of the result is the far edge.

    ``ratio`` is how many times wider the far edge is than the near one; ``centre`` the vanishing point, 0–1.
    """
    width, height = size
    across, down = texture.size
    reach = height / (ratio - 1)
    # Along a level plane, depth is one over the height below the horizon: both rows share that divisor.
    divisor = 1 / reach
    scale = across / width
    shift = centre * across * divisor
    fall = (down - 1) * divisor * ratio / (ratio - 1)
    coefficients = (scale, shift, 0.0, 0.0, fall, 0.0, 0.0, divisor)
    return texture.transform(size, Image.Transform.PERSPECTIVE, coefficients, BILINEAR)
