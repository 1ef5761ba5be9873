"""The picture being made: fine-edged drawing, soft masks, gradients, and the finish every picture shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from newsroom.demo.drawing.light import LIGHTS, RGB, RGBA, Light, Stop, along
from newsroom.demo.drawing.noise import BICUBIC, BILINEAR, white
from newsroom.demo.drawing.specs import PictureSpec

WIDTH, HEIGHT = 1600, 1067
FINE = 2  # Pillow draws hard edges, so lines are drawn this many times larger and averaged down.

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Paint = RGB | RGBA | int


class Pen:
    """Draws in picture coordinates onto an enlarged image whose top left corner is ``origin``."""

    def __init__(self, image: Image.Image, origin: Point = (0.0, 0.0)) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image, "RGBA" if image.mode == "RGB" else None)
        self._x, self._y = origin

    def _place(self, points: Sequence[Point]) -> list[Point]:
        x, y = self._x, self._y
        return [((px - x) * FINE, (py - y) * FINE) for px, py in points]

    def polygon(self, points: Sequence[Point], fill: Paint) -> None:
        if len(points) > 2:
            self._draw.polygon(self._place(points), fill=fill)

    def rect(self, x0: float, y0: float, x1: float, y1: float, fill: Paint) -> None:
        left, top, right, bottom = (
            round((x0 - self._x) * FINE),
            round((y0 - self._y) * FINE),
            round((x1 - self._x) * FINE) - 1,
            round((y1 - self._y) * FINE) - 1,
        )
        if right >= left and bottom >= top:
            self._draw.rectangle((left, top, right, bottom), fill=fill)

    def line(self, points: Sequence[Point], fill: Paint, width: float = 1.0) -> None:
        thick = max(1, round(width * FINE))
        # Rounding every corner is dear, and a thin line does not show it.
        self._draw.line(self._place(points), fill=fill, width=thick, joint="curve" if thick > 4 else None)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, fill: Paint) -> None:
        (corners,) = [self._place([(cx - rx, cy - ry), (cx + rx, cy + ry)])]
        self._draw.ellipse([*corners[0], *corners[1]], fill=fill)

    def ring(self, cx: float, cy: float, radius: float, fill: Paint, width: float = 1.0) -> None:
        corners = self._place([(cx - radius, cy - radius), (cx + radius, cy + radius)])
        self._draw.ellipse([*corners[0], *corners[1]], outline=fill, width=max(1, round(width * FINE)))


def filled(points: Sequence[Point], level: int = 255) -> Callable[[Pen], None]:
    """Paints a polygon into a mask."""
    return lambda pen: pen.polygon(points, level)


class Scene:
    """One picture in the making: its specification, its light, its own random source and its pixels."""

    def __init__(self, spec: PictureSpec, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self.spec = spec
        self.light: Light = LIGHTS[spec.palette]
        self.rng = Random(spec.slug)
        self.size = size
        self.width, self.height = size
        self.image = Image.new("RGB", size, self.light.haze)
        self.focus_x, self.focus_y = spec.focus[0] * size[0], spec.focus[1] * size[1]

    @contextmanager
    def pen(self, box: Box | None = None) -> Iterator[Pen]:
        """Opaque or translucent drawing with fine edges, over the whole picture or only within ``box``."""
        left, top, right, bottom = _whole(box or (0, 0, self.width, self.height), self.size)
        if right <= left or bottom <= top:
            yield Pen(Image.new("RGB", (FINE, FINE)))
            return
        part = self.image.crop((left, top, right, bottom))
        enlarged = part.resize(((right - left) * FINE, (bottom - top) * FINE), Image.Resampling.NEAREST)
        yield Pen(enlarged, (left, top))
        self.image.paste(enlarged.reduce(FINE), (left, top))

    def mask(self, paint: Callable[[Pen], None], blur: float = 0.0, box: Box | None = None) -> Image.Image:
        """What ``paint`` draws, as a grey image of the picture's size (0 nothing, 255 all); only ``box`` counts."""
        left, top, right, bottom = _whole(box or (0, 0, self.width, self.height), self.size)
        large = Image.new("L", (max(1, right - left) * FINE, max(1, bottom - top) * FINE))
        paint(Pen(large, (left, top)))
        part = soften(large.reduce(FINE), blur)
        if box is None:
            return part
        mask = Image.new("L", self.size)
        mask.paste(part, (left, top))
        return mask

    def tint(self, mask: Image.Image, colour: RGB, strength: float = 1.0) -> None:
        box = mask.getbbox()
        if box is not None:
            self.image.paste(colour, box, scaled(mask.crop(box), strength))

    def glow(self, mask: Image.Image, colour: RGB, strength: float = 1.0) -> None:
        """Add light where the mask is, without burning out what is already bright."""
        box = mask.getbbox()
        if box is None:
            return
        part = scaled(mask.crop(box), strength)
        lit = Image.new("RGB", part.size)
        lit.paste(colour, None, part)
        self.image.paste(ImageChops.screen(self.image.crop(box), lit), box)

    def fill(self, mask: Image.Image, stops: Sequence[Stop], top: float, bottom: float) -> None:
        """Paint a vertical gradient between two heights through the mask."""
        height = max(1, round(bottom - top))
        column = gradient((self.width, height), stops)
        left, upper = 0, round(top)
        self.image.paste(column, (left, upper), mask.crop((0, upper, self.width, upper + height)))

    def texture(self, grey: Image.Image, mask: Image.Image, strength: float = 0.3) -> None:
        """Darken and lighten by a grey texture (128 changes nothing), within the mask."""
        box = mask.getbbox()
        if box is None:
            return
        part, under = grey.crop(box), self.image.crop(box)
        self.image.paste(
            ImageChops.overlay(under, Image.merge("RGB", (part, part, part))), box, scaled(mask.crop(box), strength)
        )


def _whole(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return max(0, int(left)), max(0, int(top)), min(size[0], int(right) + 1), min(size[1], int(bottom) + 1)


def scaled(mask: Image.Image, strength: float) -> Image.Image:
    if strength == 1.0:
        return mask
    return mask.point([min(255, round(value * strength)) for value in range(256)])


def soften(image: Image.Image, radius: float) -> Image.Image:
    """Gaussian blur; wide radii work on a smaller copy, where nobody can tell the difference."""
    if radius <= 0:
        return image
    step = max(1, int(radius / 3))
    if step == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((max(1, image.width // step), max(1, image.height // step)), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius / step)).resize(image.size, BICUBIC)


def gradient(size: tuple[int, int], stops: Sequence[Stop]) -> Image.Image:
    """A vertical gradient through ``stops``."""
    height = max(1, size[1])
    column = Image.new("RGB", (1, height))
    column.putdata([along(stops, (y + 0.5) / height) for y in range(height)])
    return column.resize((size[0], height), Image.Resampling.NEAREST)


@lru_cache(maxsize=4)
def _disc() -> Image.Image:
    """White at the centre, black from the inscribed circle outwards."""
    radial = Image.radial_gradient("L")
    return radial.point([max(0, min(255, round(255 - value * 1.4142 * 255 / 255 * 1.0))) for value in range(256)])


def halo(size: tuple[int, int], centre: Point, radius: tuple[float, float], power: float = 1.0) -> Image.Image:
    """A round or oval light as a mask: full at the centre, gone at ``radius``; higher powers fall faster."""
    disc = _disc().point([round(255 * (value / 255) ** power) for value in range(256)])
    width, height = max(2, round(radius[0] * 2)), max(2, round(radius[1] * 2))
    mask = Image.new("L", size)
    mask.paste(disc.resize((width, height), BILINEAR), (round(centre[0] - radius[0]), round(centre[1] - radius[1])))
    return mask


@lru_cache(maxsize=4)
def _vignette(size: tuple[int, int]) -> Image.Image:
    radial = Image.radial_gradient("L").resize(size, BICUBIC)
    grey = radial.point([round(255 - 40 * (value / 255) ** 2.2) for value in range(256)])
    return Image.merge("RGB", (grey, grey, grey))


@dataclass(frozen=True)
class Finish:
    """What a lens and a film do: bright parts bleed, corners darken, tones bend, grain sits on top."""

    bloom: float = 0.35
    grain: int = 7
    contrast: float = 0.16
    vignette: bool = True


def finish(scene: Scene, look: Finish) -> None:
    image, grain, contrast = scene.image, look.grain, look.contrast
    if look.bloom:
        small = image.reduce(4).point([max(0, round((value - 168) * 2.2)) for value in range(256)] * 3)
        spread = small.filter(ImageFilter.GaussianBlur(9)).resize(image.size, BICUBIC)
        image = ImageChops.screen(image, spread.point([round(value * look.bloom) for value in range(256)] * 3))
    if look.vignette:
        image = ImageChops.multiply(image, _vignette(image.size))
    image = image.point([_bend(value, contrast) for value in range(256)] * 3)
    if grain:
        speck = white(scene.rng, image.size).point([value * grain // 255 for value in range(256)])
        image = ImageChops.add(image, Image.merge("RGB", (speck, speck, speck)), 1, -grain // 2)
    scene.image = image


def _bend(value: int, contrast: float) -> int:
    x = value / 255
    curve = x * x * (3 - 2 * x)
    return max(0, min(255, round(255 * (x + (curve - x) * contrast))))
