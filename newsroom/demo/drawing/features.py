"""Eyes, brows, nose, mouth, and what is worn on a face, in face coordinates (see ``modelling``)."""

from __future__ import annotations

from PIL import Image

from newsroom.demo.drawing.canvas import Point, Scene
from newsroom.demo.drawing.curves import through
from newsroom.demo.drawing.light import RGB, alpha, mix, times
from newsroom.demo.drawing.modelling import CENTRE, EYES, form, form_mask, place, shade, shadow_of, strokes
from newsroom.demo.drawing.sitters import Sitter


def features(scene: Scene, sitter: Sitter, face: Image.Image) -> None:
    _nose(scene, sitter, face)
    for side in (-1, 1):
        _eye(scene, sitter, side)
        _brow(scene, sitter, side)
    if sitter.beard in ("", "moustache"):
        _mouth(scene, sitter, face)
    if sitter.weathered:
        dark = shadow_of(sitter.skin)
        lines: list[list[Point]] = []
        for side in (-1, 1):
            lines += [[(side * 74, 0), (side * 88, 8)], [(side * 74, 8), (side * 86, 18)]]
            lines.append([(side * 32, 62), (side * 48, 84), (side * 50, 104)])
        lines += [[(-44, -84), (0, -90), (44, -84)], [(-36, -68), (0, -73), (36, -68)]]
        strokes(scene, lines, dark, 2.2, face, 0.5)


def _nose(scene: Scene, sitter: Sitter, face: Image.Image) -> None:
    skin, dark = sitter.skin, shadow_of(sitter.skin)
    wide = 20 if sitter.woman else 24
    shade(
        scene, [(6, -26), (16, -14), (13, 20), (wide + 2, 52), (wide - 4, 62), (4, 64), (8, 30)], face, dark, 0.62, 4.5
    )
    shade(scene, [(-6, -10), (3, -10), (3, 44), (-7, 44)], face, mix(skin, (255, 250, 240), 0.7), 0.4, 4)
    shade(scene, [(-wide, 58), (0, 66), (wide + 4, 58), (10, 76), (-8, 76)], face, dark, 0.5, 5)
    deep = times(skin, (150, 96, 92))
    with scene.pen() as pen:
        for side in (-1, 1):
            x = CENTRE + side * wide * 0.52
            pen.ellipse(x, EYES + 60, 5.2, 3.0, alpha(deep, 0.85))
            curve = place([(side * (wide - 1), 46), (side * (wide + 2.5), 54), (side * (wide - 2), 61)])
            pen.line(curve, alpha(deep, 0.55), 2.2)


def _eye(scene: Scene, sitter: Sitter, side: int) -> None:
    """An eye at rest: lid, white in shade, iris under the lid, one light in it."""
    x, y, half = side * 45.0, 0.0, 23.0 if sitter.woman else 21.5
    lash = mix((36, 24, 24), sitter.hair, 0.25)
    opening: list[Point] = [
        (x - side * half, y + 3), (x - side * half * 0.5, y - 7), (x + side * half * 0.1, y - 10),
        (x + side * half * 0.66, y - 6), (x + side * half * 1.04, y + 1),
        (x + side * half * 0.5, y + 7), (x - side * half * 0.2, y + 8.5),
    ]  # fmt: skip
    white = form_mask(scene, opening)
    scene.tint(white, mix((240, 234, 228), sitter.skin, 0.16))
    iris = scene.mask(
        lambda pen: pen.ellipse(CENTRE + x - 1, EYES + y - 1.5, 9.6, 9.6, 255),
        0,
        (CENTRE + x - 12, EYES - 14, CENTRE + x + 12, EYES + 12),
    )
    colour: RGB = (92, 116, 124) if sitter.skin == (240, 205, 180) else (74, 48, 34)
    both = Image.new("L", scene.size)
    both.paste(iris, (0, 0), white)
    scene.tint(both, colour)
    with scene.pen((CENTRE + x - 40, EYES - 40, CENTRE + x + 40, EYES + 40)) as pen:
        pen.ellipse(CENTRE + x - 1, EYES + y - 1.5, 4.6, 4.6, (20, 16, 18))
        pen.ellipse(CENTRE + x - 4, EYES + y - 5, 2.0, 2.0, (255, 252, 246))
        upper = place(
            [
                (x - side * half, y + 3),
                (x - side * half * 0.5, y - 7),
                (x + side * half * 0.1, y - 10),
                (x + side * half * 0.66, y - 6),
                (x + side * half * 1.1, y),
            ]
        )
        pen.line(_eased(upper), lash, 4.0 if sitter.woman else 3.0)
        if sitter.woman:
            tip = place([(x + side * half * 1.02, y - 0.5), (x + side * half * 1.3, y - 5)])
            pen.line(tip, lash, 2.4)
        crease = place([(x - side * half * 0.8, y - 10), (x, y - 18), (x + side * half * 0.9, y - 11)])
        pen.line(_eased(crease), alpha(shadow_of(sitter.skin), 0.85), 2.0)
        lower = place([(x - side * half * 0.7, y + 7), (x, y + 10.5), (x + side * half * 0.8, y + 5)])
        pen.line(_eased(lower), alpha(shadow_of(sitter.skin), 0.9), 1.8)


def _brow(scene: Scene, sitter: Sitter, side: int) -> None:
    colour = mix(sitter.hair, (60, 44, 40), 0.35 if sitter.style != "headscarf" else 0.8)
    if sitter.streaked or sitter.hair == (150, 152, 156):
        colour = mix(colour, (70, 60, 60), 0.5)
    thick = 6.0 if sitter.woman else 9.0
    shape: list[Point] = [
        (side * 19, -27), (side * 34, -34 - thick * 0.35), (side * 56, -36 - thick * 0.2),
        (side * 76, -25 - sitter.brow), (side * 56, -36 + thick * 0.75), (side * 34, -34 + thick * 0.7),
        (side * 19, -27 + thick * 0.9),
    ]  # fmt: skip
    mask = form_mask(scene, shape)
    scene.tint(mask, colour, 0.92)


def _mouth(scene: Scene, sitter: Sitter, face: Image.Image) -> None:
    skin = sitter.skin
    rose: RGB = times(skin, (226, 138, 136)) if sitter.woman else times(skin, (222, 168, 158))
    half = (33.0 if sitter.woman else 35.0) * sitter.lips
    shade(scene, [(-20, 118), (0, 124), (20, 118), (12, 132), (-12, 132)], face, shadow_of(skin), 0.5, 5)
    form(
        scene,
        [(-half, 100), (-12, 91), (0, 94), (12, 91), (half, 100), (14, 103), (0, 104), (-14, 103)],
        times(rose, (224, 206, 208)),
        0.5,
    )
    form(
        scene,
        [(-half * 0.92, 101), (0, 103), (half * 0.92, 101), (16, 114), (0, 117), (-16, 114)],
        mix(rose, (255, 220, 210), 0.12),
        0.5,
    )
    with scene.pen((CENTRE - 60, EYES + 80, CENTRE + 60, EYES + 130)) as pen:
        line = place(
            [(-half - 3, 98), (-half * 0.6, 101), (-10, 102), (0, 103.5), (10, 102), (half * 0.6, 101), (half + 3, 98)]
        )
        pen.line(_eased(line), times(skin, (132, 76, 78)), 2.4)
        pen.line(place([(-9, 109), (6, 110)]), alpha((255, 246, 240), 0.4), 2.4)


def _eased(points: list[Point]) -> list[Point]:
    return through(points, steps=6)


def glasses(scene: Scene, sitter: Sitter) -> None:
    frame: RGB = (44, 36, 38) if sitter.glasses == "square" else (122, 84, 52)
    with scene.pen((CENTRE - 140, EYES - 70, CENTRE + 140, EYES + 70)) as pen:
        for side in (-1, 1):
            x = CENTRE + side * 47
            if sitter.glasses == "round":
                pen.ellipse(x, EYES + 2, 36, 36, (255, 255, 255, 26))
                pen.ring(x, EYES + 2, 38, frame, 4.5)
                pen.line([(x - 20, EYES - 10), (x - 4, EYES - 24)], (255, 255, 255, 110), 4)
            else:
                box = through(
                    [
                        (x - 39, EYES - 20),
                        (x + 39, EYES - 20),
                        (x + 38, EYES + 10),
                        (x + 26, EYES + 27),
                        (x - 26, EYES + 27),
                        (x - 38, EYES + 10),
                    ],
                    closed=True,
                )
                pen.polygon(box, (255, 255, 255, 26))
                pen.line([*box, box[0]], frame, 5.5)
                pen.line([(x - 24, EYES - 4), (x - 8, EYES - 16)], (255, 255, 255, 110), 4)
            pen.line([(x + side * 37, EYES - 6), (CENTRE + side * 112, EYES - 12)], frame, 4.5)
        pen.line(through([(CENTRE - 11, EYES - 2), (CENTRE, EYES - 8), (CENTRE + 11, EYES - 2)]), frame, 4.5)


def earrings(scene: Scene) -> None:
    with scene.pen() as pen:
        for side in (-1, 1):
            x, y = CENTRE + side * 113, EYES + 62
            pen.ring(x, y, 22, (206, 156, 62), 6)
            pen.ring(x - 1, y - 1, 21, (250, 214, 130), 2)
