"""Authors' portraits: illustrated busts in flat colour with soft modelling, lit from the left."""

from __future__ import annotations

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene, gradient, halo
from newsroom.demo.drawing.features import earrings, features, glasses
from newsroom.demo.drawing.hair import back_hair, front_hair
from newsroom.demo.drawing.headscarf import headscarf
from newsroom.demo.drawing.light import RGB, mix, times
from newsroom.demo.drawing.modelling import CENTRE, form, mirrored, shade, shadow_of, strokes
from newsroom.demo.drawing.paper import fibre
from newsroom.demo.drawing.sitters import Sitter, sitter_for
from newsroom.demo.drawing.wardrobe import dress, turtleneck
from newsroom.demo.drawing.whiskers import whiskers

# (above, below, the disc behind the head)
GROUNDS: dict[str, tuple[RGB, RGB, RGB]] = {
    "dawn": ((247, 226, 206), (230, 178, 150), (214, 140, 114)),
    "noon": ((208, 226, 230), (134, 178, 192), (84, 138, 158)),
    "dusk": ((222, 150, 122), (122, 74, 100), (92, 58, 90)),
    "night": ((84, 106, 142), (34, 48, 80), (26, 36, 64)),
    "storm": ((208, 214, 212), (134, 150, 154), (92, 112, 122)),
    "dust": ((244, 230, 200), (220, 186, 138), (194, 148, 98)),
}

# What of the drawing is kept: head and shoulders, close enough to be known at the size of a byline.
FRAME = (70, 60, 730, 720)


def bust(scene: Scene) -> None:
    sitter = sitter_for(scene.spec)
    _ground(scene)
    back_hair(scene, sitter)
    dress(scene, sitter)
    _neck(scene, sitter)
    if sitter.clothes == "turtleneck":
        turtleneck(scene)
    face = _head(scene, sitter)
    features(scene, sitter, face)
    if sitter.beard:
        whiskers(scene, sitter, face)
    if sitter.style == "headscarf":
        headscarf(scene, face, sitter.skin)
    else:
        front_hair(scene, sitter, face)
    if sitter.glasses:
        glasses(scene, sitter)
    if sitter.earrings:
        earrings(scene)
    scene.image = scene.image.crop(FRAME).resize(scene.size, Image.Resampling.BICUBIC)
    fibre(scene, 0.12)


def _ground(scene: Scene) -> None:
    above, below, disc = GROUNDS[scene.spec.palette]
    scene.image.paste(gradient(scene.size, ((0.0, above), (1.0, below))), (0, 0))
    shift = scene.rng.uniform(-60, 60)
    with scene.pen() as pen:
        pen.ellipse(CENTRE + shift, 356, 296, 296, mix(disc, below, 0.25))
    scene.glow(halo(scene.size, (CENTRE + shift - 110, 240), (420, 420), 1.4), above, 0.35)


HEAD_WOMAN: tuple[Point, ...] = (
    (0, -170),
    (64, -156),
    (100, -96),
    (105, -20),
    (100, 40),
    (86, 96),
    (56, 142),
    (24, 166),
    (0, 170),
)
HEAD_MAN: tuple[Point, ...] = (
    (0, -172),
    (66, -158),
    (104, -98),
    (108, -20),
    (105, 44),
    (95, 102),
    (64, 150),
    (30, 173),
    (0, 176),
)


def _neck(scene: Scene, sitter: Sitter) -> None:
    wide = 46 if sitter.woman else 57
    neck: list[Point] = [
        (-wide, 90),
        (wide, 90),
        (wide * 0.98, 170),
        (wide * 1.12, 214),
        (wide * 0.5, 246),
        (0, 258),
        (-wide * 0.5, 246),
        (-wide * 1.12, 214),
        (-wide * 0.98, 170),
    ]
    mask = form(scene, neck, times(sitter.skin, (238, 226, 224)), 1.0)
    under = [(-wide - 10, 80), (wide + 20, 80), (wide + 16, 176), (wide * 0.4, 206), (-wide * 0.5, 184), (-wide, 150)]
    shade(scene, under, mask, shadow_of(sitter.skin), 0.75, 12)
    strokes(
        scene,
        [[(-26, 190), (-10, 226), (-4, 244)], [(28, 190), (12, 226), (4, 244)]],
        shadow_of(sitter.skin),
        4,
        mask,
        0.35,
    )


def _head(scene: Scene, sitter: Sitter) -> Image.Image:
    """Ears and the face itself, modelled: a lit left, a shaded right, warm cheeks, deep-set eyes."""
    skin, dark = sitter.skin, shadow_of(sitter.skin)
    for side in (-1, 1):
        ear: list[Point] = [
            (side * 100, -24),
            (side * 120, -34),
            (side * 127, -8),
            (side * 120, 26),
            (side * 106, 42),
            (side * 98, 30),
        ]
        mask = form(scene, ear, skin if side < 0 else dark, 0.6)
        strokes(scene, [[(side * 104, -18), (side * 118, -18), (side * 112, 18)]], dark, 3, mask, 0.7)
    half = HEAD_WOMAN if sitter.woman else HEAD_MAN
    outline = mirrored([(x * (sitter.jaw if y > 60 else 1.0), y) for x, y in half])
    face = form(scene, outline, skin, 0.8)
    shade(
        scene,
        [(52, -150), (118, -110), (124, 60), (96, 130), (40, 186), (52, 120), (78, 60), (70, -20), (62, -80)],
        face,
        dark,
        0.62,
        15,
    )
    shade(scene, [(-72, 130), (0, 152), (74, 128), (40, 186), (-40, 186)], face, dark, 0.4, 12)
    blush = times(skin, (255, 190, 176))
    for side in (-1, 1):
        shade(scene, [(side * 42, 46), (side * 74, 34), (side * 88, 58), (side * 62, 78)], face, blush, 0.5, 14)
        shade(
            scene,
            [(side * 18, -26), (side * 70, -30), (side * 76, -2), (side * 46, 8), (side * 22, 2)],
            face,
            dark,
            0.34,
            8,
        )
    shade(
        scene,
        [(-66, -120), (-16, -132), (10, -100), (-20, -60), (-62, -66)],
        face,
        mix(skin, (255, 250, 240), 0.6),
        0.4,
        16,
    )
    shade(scene, [(-82, 20), (-54, 22), (-44, 40), (-66, 48)], face, mix(skin, (255, 250, 240), 0.6), 0.36, 10)
    return face
