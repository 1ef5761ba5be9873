"""Airports: a freighter on the apron at sunrise."""

from __future__ import annotations

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun
from newsroom.demo.drawing.buildings import Facade, block
from newsroom.demo.drawing.canvas import Pen, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha
from newsroom.demo.drawing.terrain import ground, hills, ridge

LIVERY: RGB = (44, 86, 112)
STRIPE: RGB = (232, 176, 84)


def cargo_apron(scene: Scene) -> None:
    horizon, low, light = 640.0, scene.width * 0.22, scene.light
    sky(scene, horizon, low)
    clouds(scene, 30, horizon - 140, 0.42, sun_x=low)
    sun(scene, low, horizon - 90, 29)
    hills(scene, ridge(scene, horizon, 60, 2.4, 0.4), (130, 116, 112), 0.66, horizon + 10, 0.3, 0.15)
    with scene.pen((0, 380, scene.width, horizon + 10)) as pen:
        for px, wide, tall in ((40, 260, 80), (340, 180, 60), (1330, 300, 96)):
            block(
                scene,
                pen,
                px,
                horizon - tall,
                px + wide,
                horizon + 4,
                Facade((206, 200, 192), (14, 9), (10, 14), side=0.1, sun=0.4),
                0.5,
            )
        pen.polygon(
            [(610, horizon), (616, horizon - 150), (634, horizon - 150), (640, horizon)],
            light.see((190, 180, 172), 0.4, 0.5),
        )
        pen.polygon(
            [(592, horizon - 186), (658, horizon - 186), (644, horizon - 148), (606, horizon - 148)],
            light.see((110, 120, 130), 0.5, 0.45),
        )
    haze(scene, horizon, 70, 0.5)
    ground(scene, horizon, light.see((150, 144, 138), 0.7), light.see((176, 164, 152), 0.8, 0.4), 0.12)
    with scene.pen((0, 200, scene.width, scene.height)) as pen:
        _markings(scene, pen, horizon)
        _aircraft(scene, pen, scene.focus_x, 850)
        _loader(scene, pen, 300, 872)
    mist(scene, 700, 50, 0.25)
    scene.glow(halo(scene.size, (low, horizon), (900, 360), 1.5), light.sky[-1][1], 0.35)


def _markings(scene: Scene, pen: Pen, horizon: float) -> None:
    yellow, white = alpha((236, 190, 84), 0.75), alpha((246, 240, 230), 0.5)
    pen.line([(-20, 1000), (640, 905), (1640, 890)], yellow, 5)
    pen.line([(500, 1067), (760, 905), (940, horizon + 20)], yellow, 3.5)
    for k in range(12):
        pen.polygon([(k * 150, 1040), (k * 150 + 80, 1040), (k * 150 + 60, 1052), (k * 150 - 24, 1052)], white)


def _aircraft(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """A four-engined freighter facing left, nose visor raised over the open hold."""
    see = scene.light.see
    nose, top, low = x - 430, base - 270, base - 78
    pen.ellipse(x + 60, base + 4, 560, 22, alpha(scene.light.fill, 0.55))
    fin = [(x + 470, top + 26), (x + 600, top - 210), (x + 680, top - 210), (x + 668, top + 60)]
    pen.polygon(fin, see(LIVERY, 0.5))
    band = [(x + 560, top - 138), (x + 570, top - 156), (x + 676, top - 156), (x + 674, top - 138)]
    pen.polygon(band, see(STRIPE, 0.7))
    _fuselage(scene, pen, x, top, low)
    _open_nose(scene, pen, nose, top, low)
    for k in range(5):
        left = nose + 132 + k * 17
        pen.polygon([(left, top - 4), (left + 2, top - 16), (left + 14, top - 16), (left + 14, top - 4)], (40, 52, 66))
    for k in range(7):
        pen.rect(nose + 232 + k * 20, top + 8, nose + 240 + k * 20, top + 20, (52, 66, 82))
    pen.rect(nose + 60, top + 86, x + 440, top + 93, see(LIVERY, 0.6))
    pen.rect(nose + 60, top + 98, x + 440, top + 102, see(STRIPE, 0.8))
    _wing(scene, pen, x, low)
    for gear in (nose + 96, x + 40, x + 84, x + 150, x + 194):
        pen.line([(gear, low), (gear, base - 14)], (96, 96, 100), 6)
        pen.ellipse(gear - 10, base - 12, 15, 15, (36, 34, 38))
        pen.ellipse(gear + 14, base - 12, 15, 15, (36, 34, 38))


def _fuselage(scene: Scene, pen: Pen, x: float, top: float, low: float) -> None:
    """The body with its hump, and the shade along its belly."""
    see = scene.light.see
    nose, tail = x - 430, x + 640
    keel = [(tail + 20, top + 74), (x + 470, low - 34), (x + 320, low + 8), (nose + 80, low + 12)]
    pen.polygon([
        (nose, low + 4), (nose, top + 40), (nose + 60, top + 6), (nose + 130, top - 22), (nose + 250, top - 20),
        (nose + 340, top + 8), (x + 420, top + 10), (tail, top + 52), *keel,
    ], see((240, 238, 234), 0.75))  # fmt: skip
    pen.polygon([(nose, low + 4), (nose, low - 52), (x + 400, low - 46), *keel], see((206, 206, 208), 0.15))
    pen.polygon([
        (nose, low - 46), (x + 400, low - 42), (tail, top + 70), (tail - 60, top + 66), (x + 390, low - 62),
        (nose, low - 66),
    ], see((240, 238, 234), 0.3))  # fmt: skip


def _open_nose(scene: Scene, pen: Pen, nose: float, top: float, low: float) -> None:
    """The hold with its lamp and pallets, and the visor above it."""
    see = scene.light.see
    pen.polygon([(nose, top + 44), (nose + 44, top + 34), (nose + 44, low), (nose, low)], (34, 30, 34))
    for k, paint in enumerate(((168, 92, 62), (196, 160, 104), (86, 118, 140))):
        pen.rect(nose + 6, low - 48 - k * 40, nose + 40, low - 14 - k * 40, see(paint, 0.6))
    pen.rect(nose + 2, top + 44, nose + 42, top + 50, (255, 232, 180))
    hinge, tip = (nose + 6, top + 38), (nose - 112, top - 60)
    visor = [hinge, (nose + 62, top + 4), (nose - 26, top - 122), (nose - 92, top - 112), tip]
    pen.polygon(visor, see((226, 224, 222), 0.85))
    pen.polygon([hinge, tip, (nose - 84, top - 70), (nose + 20, top + 22)], see((150, 148, 150), 0.2))


def _wing(scene: Scene, pen: Pen, x: float, low: float) -> None:
    see = scene.light.see
    pen.polygon(
        [(x - 70, low - 42), (x + 150, low - 46), (x + 470, low + 26), (x + 430, low + 30), (x + 120, low - 8)],
        see((196, 196, 200), 0.45),
    )
    pen.line([(x - 70, low - 42), (x + 150, low - 46), (x + 470, low + 26)], see((250, 244, 236), 1.0), 2)
    pen.polygon(
        [(x + 470, low + 26), (x + 508, low - 26), (x + 514, low - 26), (x + 486, low + 28)], see((44, 86, 112), 0.5)
    )
    for ex, ey in ((x + 60, low + 22), (x + 270, low + 40)):
        pen.polygon(
            [(ex - 84, ey - 26), (ex + 50, ey - 20), (ex + 84, ey), (ex + 40, ey + 20), (ex - 84, ey + 27)],
            see((226, 224, 224), 0.6),
        )
        pen.polygon(
            [(ex - 84, ey + 6), (ex + 80, ey + 4), (ex + 40, ey + 20), (ex - 84, ey + 27)], see((190, 188, 190), 0.1)
        )
        pen.ellipse(ex - 84, ey, 9, 27, (44, 44, 50))
    tail: RGB = see((206, 206, 210), 0.5)
    pen.polygon([(x + 560, low - 132), (x + 640, low - 134), (x + 740, low - 96), (x + 706, low - 94)], tail)


def _loader(scene: Scene, pen: Pen, x: float, base: float) -> None:
    """A high loader drawn up to the open nose with a pallet on it."""
    see = scene.light.see
    pen.ellipse(x, base + 4, 170, 12, alpha(scene.light.fill, 0.5))
    pen.rect(x - 150, base - 40, x + 70, base - 14, see((226, 178, 74), 0.6))
    for wheel in (-120, -70, 20, 50):
        pen.ellipse(x + wheel, base - 10, 14, 14, (38, 36, 38))
    for k in range(2):
        pen.line(
            [(x - 110, base - 40), (x + 50, base - 118)] if k else [(x + 50, base - 40), (x - 110, base - 118)],
            see((120, 116, 112), 0.4),
            7,
        )
    pen.rect(x - 146, base - 130, x + 72, base - 116, see((206, 200, 190), 0.8))
    pen.rect(x - 120, base - 208, x - 24, base - 130, see((86, 118, 140), 0.55))
    pen.rect(x - 14, base - 196, x + 62, base - 130, see((196, 160, 104), 0.6))
    for k in range(1, 5):
        pen.line([(x - 120, base - 130 - k * 16), (x - 24, base - 130 - k * 16)], alpha((255, 255, 255), 0.35), 1)
        pen.line([(x - 14, base - 130 - k * 14), (x + 62, base - 130 - k * 14)], alpha((255, 255, 255), 0.35), 1)
