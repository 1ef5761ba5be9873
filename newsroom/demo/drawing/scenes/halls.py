"""Rooms of machines: a server hall."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageChops

from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, gradient, halo
from newsroom.demo.drawing.light import RGB, alpha, mix

BLUE: RGB = (74, 160, 255)
AMBER: RGB = (255, 176, 72)


def server_hall(scene: Scene) -> None:
    vanish = (scene.focus_x, scene.focus_y)
    scene.image.paste(gradient(scene.size, ((0.0, (12, 18, 32)), (0.45, (34, 54, 86)), (1.0, (10, 14, 26)))), (0, 0))
    with scene.pen() as pen:
        _floor_and_ceiling(scene, pen, vanish)
        for index in range(13, -1, -1):
            for side in (-1, 1):
                _rack(scene, pen, vanish, side, index)
    scene.glow(halo(scene.size, vanish, (460, 420), 1.3), (120, 186, 255), 0.8)
    scene.glow(halo(scene.size, vanish, (120, 130), 1.2), (224, 240, 255), 0.9)
    _floor_mirror(scene, vanish)


def _depth(index: float) -> float:
    return 2.9 / (1 + index * 0.62)


def _floor_and_ceiling(scene: Scene, pen: Pen, vanish: Point) -> None:
    for k in range(26):
        scale = _depth(k * 0.55)
        y = vanish[1] + 640 * scale
        pen.line([(0, y), (scene.width, y)], alpha((120, 160, 210), 0.16), max(0.7, 2 * scale))
    for k in range(-8, 9):
        pen.line(
            [(vanish[0] + k * 6, vanish[1] + 30), (vanish[0] + k * 150, scene.height + 60)],
            alpha((120, 160, 210), 0.14),
            1,
        )
    for index in range(14):
        near, far = _depth(index), _depth(index + 0.55)
        for x in (-140, 140):
            a, b = (
                (vanish[0] + (x - 34) * near, vanish[1] - 560 * near),
                (vanish[0] + (x + 34) * near, vanish[1] - 560 * near),
            )
            c, d = (
                (vanish[0] + (x + 34) * far, vanish[1] - 560 * far),
                (vanish[0] + (x - 34) * far, vanish[1] - 560 * far),
            )
            pen.polygon([a, b, c, d], (196, 222, 250))
        y = vanish[1] - 500 * near
        pen.line([(vanish[0] - 900 * near, y), (vanish[0] + 900 * near, y)], (30, 44, 68), max(1.0, 9 * near))
    for x in (-330, -290, 300, 336):
        pen.polygon([(vanish[0] + x * 1.2 - 9, vanish[1] - 520 * 1.2),
        (vanish[0] + x * 1.2 + 9, vanish[1] - 520 * 1.2), (vanish[0] + x * 0.1 + 1, vanish[1] - 52),
        (vanish[0] + x * 0.1 - 1, vanish[1] - 52)],
                    AMBER if x == 300 else (60, 120, 190))  # fmt: skip


def _rack(scene: Scene, pen: Pen, vanish: Point, side: int, index: int) -> None:
    """One cabinet of the row: its front faces the aisle, its lamps blink in columns."""
    rng = scene.rng
    near, far = _depth(index), _depth(index + 0.94)
    fade = min(1.0, index / 13)

    def at(height: float, along: float) -> Point:
        scale = near + (far - near) * along
        return vanish[0] + side * 300 * scale, vanish[1] + height * scale

    body = mix((22, 30, 48), (70, 108, 158), fade * 0.8)
    pen.polygon([at(-430, 0), at(-430, 1), at(620, 1), at(620, 0)], body)
    pen.polygon(
        [at(-416, 0.06), at(-416, 0.94), at(604, 0.94), at(604, 0.06)], mix((12, 17, 30), (52, 84, 128), fade * 0.7)
    )
    units = 24 if index < 7 else 12
    for unit in range(units):
        low, high = -408 + 1010 * unit / units, -408 + 1010 * (unit + 0.86) / units
        pen.polygon(
            [at(low, 0.1), at(low, 0.9), at(high, 0.9), at(high, 0.1)],
            mix(mix((26, 36, 56), (40, 56, 84), rng.random()), (90, 130, 184), fade * 0.7),
        )
        if index < 11:
            _lamps(scene, pen, at, (low + high) / 2, near, fade)
    pen.line([at(-430, 0), at(620, 0)], mix((86, 128, 188), (150, 196, 246), fade), max(0.8, 3.2 * near))
    strip = at(-424, 0.5)
    pen.ellipse(strip[0], strip[1], 3 * near, 3 * near, BLUE)


def _lamps(scene: Scene, pen: Pen, at: Callable[[float, float], Point], y: float, near: float, fade: float) -> None:
    rng = scene.rng
    count = 7 if near > 0.4 else 4
    for k in range(count):
        if rng.random() < 0.62:
            colour = rng.choice((BLUE, BLUE, BLUE, (120, 220, 255), AMBER, (90, 240, 170)))
            x, py = at(y + rng.uniform(-4, 4), 0.16 + 0.62 * k / count)
            size = max(0.8, min(5.5, 4.4 * near))
            pen.ellipse(x, py, size * 0.7, size * 0.5, mix(colour, (150, 190, 240), fade * 0.5))


def _floor_mirror(scene: Scene, vanish: Point) -> None:
    """The polished floor gives the racks back, dimmer towards us."""
    top = round(vanish[1] + 250)
    height = scene.height - top
    above = scene.image.crop((0, max(0, top - height), scene.width, top)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    aisle = scene.mask(
        filled(
            [
                (vanish[0] - 30, vanish[1] + 66),
                (vanish[0] + 30, vanish[1] + 66),
                (vanish[0] + 380, scene.height),
                (vanish[0] - 380, scene.height),
            ],
            120,
        ),
        10,
    )
    above = above.resize((scene.width, height // 6)).resize((scene.width, height))
    part = scene.image.crop((0, top, scene.width, scene.height))
    part = ImageChops.screen(part, above.point([value // 2 for value in range(256)] * 3))
    scene.image.paste(part, (0, top), aisle.crop((0, top, scene.width, scene.height)))
