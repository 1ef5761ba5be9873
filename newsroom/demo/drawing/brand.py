"""The title's own marks: the app icon and the picture shown when a page without one is shared.

The mark is the wordmark's initial above a corniche: a lit shore road curving along the water.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PIL import Image, ImageDraw

from newsroom.demo.drawing.canvas import Finish, Pen, Scene, finish, gradient
from newsroom.demo.drawing.curves import through
from newsroom.demo.drawing.lettering import face
from newsroom.demo.drawing.light import RGB, mix
from newsroom.demo.drawing.paper import band, cut, fibre
from newsroom.demo.drawing.scenes.quarters import bay
from newsroom.demo.drawing.specs import PictureSpec

TITLE, TAGLINE = "The Corniche", "Politics and business of the Middle East"
TEAL: RGB = (11, 79, 94)
PAPER: RGB = (251, 249, 244)
METAL: RGB = (217, 180, 114)


def icon(size: int = 512) -> Image.Image:
    """The app icon, square and opaque: systems round the corners themselves."""
    large = Image.new("RGB", (1024, 1024))
    large.paste(gradient((1024, 1024), ((0.0, mix(TEAL, (255, 255, 255), 0.08)), (1.0, mix(TEAL, (0, 0, 0), 0.22)))))
    pen = Pen(large)
    # A pen draws in half the pixels of its image: the mark is laid out on a square of 512.
    _sweep(pen, 0.0, METAL, 11)
    _sweep(pen, 27.0, mix(TEAL, PAPER, 0.5), 6)
    _sweep(pen, 48.0, mix(TEAL, PAPER, 0.28), 4)
    draw, font = ImageDraw.Draw(large), face("serif", 760, 600)
    left, top, right, bottom = draw.textbbox((0, 0), TITLE.split()[-1][0], font=font)
    draw.text((512 - (left + right) / 2, 430 - (top + bottom) / 2), TITLE.split()[-1][0], font=font, fill=PAPER)
    return large.resize((size, size), Image.Resampling.LANCZOS)


def _sweep(pen: Pen, drop: float, colour: RGB, width: float) -> None:
    line = through(
        [
            (-20.0, 452.0 + drop),
            (110.0, 410.0 + drop),
            (250.0, 402.0 + drop),
            (390.0, 424.0 + drop),
            (540.0, 398.0 + drop),
        ],
        steps=16,
    )
    pen.polygon(band(line, lambda t: width * (0.45 + 0.55 * t)), colour)


def share() -> Image.Image:
    """1200 × 630: the wordmark on a sheet over the title's own bay at dusk."""
    scene = Scene(PictureSpec("share", "skyline", "dusk", (0.5, 0.5)))
    bay(scene)
    finish(scene, Finish())
    scene.image = scene.image.crop((0, 130, 1600, 970)).resize((1200, 630), Image.Resampling.LANCZOS)
    scene.size, scene.width, scene.height = (1200, 630), 1200, 630
    cut(scene, lambda pen: pen.rect(0, 424, 1200, 630, 255), PAPER, 10, mix(PAPER, (225, 214, 196), 0.5))
    with scene.pen((0, 400, 1200, 630)) as pen:
        pen.rect(0, 424, 1200, 430, TEAL)
    draw = ImageDraw.Draw(scene.image)
    draw.text((64, 446), TITLE, font=face("serif", 92, 700), fill=(25, 23, 20))
    draw.text((68, 566), TAGLINE, font=face("sans", 27, 500), fill=TEAL)
    fibre(scene, 0.06)
    return scene.image


BRAND: dict[str, Callable[[], Image.Image]] = {
    "icon-180": partial(icon, 180),
    "icon-192": partial(icon, 192),
    "icon-512": icon,
    "share": share,
}
