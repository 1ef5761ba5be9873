"""A headscarf for portraits, in face coordinates (see ``modelling``)."""

from __future__ import annotations

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene
from newsroom.demo.drawing.light import RGB, mix, times
from newsroom.demo.drawing.modelling import form, form_mask, model, shade, strokes

NAVY: RGB = (44, 62, 104)

DRAPE: tuple[Point, ...] = (
    (-122, 60), (-150, 150), (-190, 250), (-150, 330), (-40, 372), (80, 366), (176, 310), (186, 236), (148, 150),
    (124, 60), (0, 150),
)  # fmt: skip
DRAPE_LIT: tuple[tuple[Point, ...], ...] = (
    ((-130, 120), (-40, 210), (90, 250), (180, 270)),
    ((-150, 170), (-50, 262), (80, 300), (160, 310)),
    ((120, 110), (60, 190), (-60, 250), (-170, 260)),
)
DRAPE_DARK: tuple[tuple[Point, ...], ...] = (
    ((-136, 134), (-44, 226), (84, 264), (178, 284)),
    ((126, 124), (66, 204), (-54, 264), (-164, 276)),
)
# The edge of the face, where the scarf's shadow falls.
RIM: tuple[Point, ...] = (
    (-104, -60), (-70, -112), (0, -128), (70, -112), (104, -60), (108, 40), (92, 110), (44, 160), (0, 172),
    (-44, 160), (-92, 110), (-108, 40),
)  # fmt: skip
HOOD: tuple[Point, ...] = (
    (-116, 130), (-138, 40), (-136, -70), (-96, -158), (-26, -194), (40, -194), (104, -158), (140, -70), (140, 40),
    (120, 130), (60, 196),
    (0, 210), (-60, 196),
)  # fmt: skip
OPENING: tuple[Point, ...] = (
    (-76, 128), (-95, 60), (-98, -30), (-78, -92), (-30, -122), (30, -122), (78, -92), (98, -30), (95, 60), (76, 128),
    (36, 172), (0, 180),
    (-36, 172),
)  # fmt: skip
HOOD_LIT: tuple[tuple[Point, ...], ...] = (
    ((-120, 120), (-128, 0), (-108, -110), (-30, -170)),
    ((-104, 140), (-114, 20), (-96, -90), (-20, -146)),
    ((118, 120), (126, 0), (104, -110), (20, -176)),
)
HOOD_DARK: tuple[tuple[Point, ...], ...] = (
    ((-110, 130), (-120, 10), (-102, -100), (-26, -158)),
    ((106, 130), (116, 10), (98, -96), (10, -150)),
)


def headscarf(scene: Scene, face: Image.Image, skin: RGB) -> None:
    """A scarf drawn round the face and folded across the chest."""
    lit, dark = mix(NAVY, (255, 255, 255), 0.32), times(NAVY, (130, 130, 150))
    drape = form(scene, DRAPE, times(NAVY, (226, 226, 234)), 1.2)
    strokes(scene, DRAPE_LIT, lit, 3.0, drape, 0.4)
    strokes(scene, DRAPE_DARK, dark, 6.0, drape, 0.6)
    inner = [(x * 0.86, 6 + (y - 6) * 0.9) for x, y in RIM]
    shade(scene, [*RIM, RIM[0], inner[0], *reversed(inner)], face, times(skin, (180, 120, 116)), 0.4, 9)
    hood = form_mask(scene, HOOD)
    hood.paste(0, (0, 0), form_mask(scene, OPENING))
    model(scene, hood, NAVY, 1.1)
    strokes(scene, HOOD_LIT, lit, 2.6, hood, 0.45)
    strokes(scene, HOOD_DARK, dark, 5.0, hood, 0.5)
