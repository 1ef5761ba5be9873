"""Railways: a container train under mountains at sunrise, a line between sheds going down to a strait."""

from __future__ import annotations

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun
from newsroom.demo.drawing.canvas import Pen, Point, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.plants import scrub
from newsroom.demo.drawing.terrain import Relief, ground, hills, relief, ridge, scree
from newsroom.demo.drawing.vessels import BOXES, bulk_carrier, container_ship
from newsroom.demo.drawing.water import water


def freight_train(scene: Scene) -> None:
    horizon, low, light = 640.0, scene.width * 0.84, scene.light
    sky(scene, horizon, low)
    clouds(scene, 30, horizon - 220, 0.36, sun_x=low)
    sun(scene, low, 410, 26)
    relief(scene, Relief(560, 660, 300, (4.2, 2.2), 0.54, 1.4, haze=(0.66, 0.4), sun_from_left=False), (138, 106, 92))
    haze(scene, 650, 70, 0.6)
    ground(scene, 650, light.see((176, 146, 116), 0.75), light.see((190, 160, 130), 0.7, 0.45), 0.5)
    with scene.pen((0, 500, scene.width, scene.height)) as pen:
        scrub(scene, pen, 672, 770, 60, (128, 118, 86), 8)
        _train(scene, pen)
        scrub(scene, pen, 900, scene.height, 60, (128, 118, 86), 15)
    scree(scene, 860, scene.height, [(180, 156, 130), (150, 128, 108)], 240, 8)
    mist(scene, 690, 40, 0.35)
    scene.glow(halo(scene.size, (low, 560), (760, 330), 1.5), light.sky[-1][1], 0.35)


def _rail(x: float) -> tuple[float, float]:
    """Ground line and scale of the train at ``x``: it comes from the far right and passes us on the left."""
    t = max(0.0, min(1.15, (1600 - x) / 1600))
    return 700 + 170 * t**1.5, 0.36 + 0.95 * t**1.4


def _train(scene: Scene, pen: Pen) -> None:
    light, rng = scene.light, scene.rng
    bank = [(float(x), _rail(x)[0]) for x in range(-20, 1640, 20)]
    pen.polygon(
        [*[(x, y - 2) for x, y in bank], *[(x, y + 40 * _rail(x)[1]) for x, y in reversed(bank)]],
        light.see((150, 130, 112), 0.45, 0.08),
    )
    pen.line(bank, light.see((226, 200, 174), 0.9), 2.4)
    x = 1560.0
    cars: list[tuple[float, float]] = []
    while x > 560:
        _, scale = _rail(x)
        cars.append((x, x - 168 * scale))
        x -= 180 * scale
    for index, (right, left) in enumerate(cars):
        _wagon(scene, pen, left, right, rng.choice(BOXES) if index % 3 else BOXES[0])
    _locomotive(scene, pen, x - 12)


def _skewed(left: float, right: float, low: float, high: float) -> list[Point]:
    """The side of a wagon between two x's, ``low`` and ``high`` in wagon heights above the rail."""
    (yl, sl), (yr, sr) = _rail(left), _rail(right)
    return [(left, yl - low * sl), (right, yr - low * sr), (right, yr - high * sr), (left, yl - high * sl)]


def _wagon(scene: Scene, pen: Pen, left: float, right: float, paint: RGB) -> None:
    light, (base, scale) = scene.light, _rail(left)
    depth = 0.34 * (1 - min(1.0, scale / 1.1))
    pen.polygon(
        [
            (left, base + 2),
            (right, _rail(right)[0] + 2),
            (right - 70 * scale, _rail(right)[0] + 18 * scale),
            (left - 80 * scale, base + 20 * scale),
        ],
        alpha(light.fill, 0.5),
    )
    pen.polygon(_skewed(left, right, 14, 22), light.see((60, 56, 56), 0.3, depth))
    for share in (0.1, 0.2, 0.8, 0.9):
        x = left + (right - left) * share
        y, size = _rail(x)
        pen.ellipse(x, y - 9 * size, 8.5 * size, 8.5 * size, light.see((40, 38, 40), 0.2, depth))
    for start, end in ((0.02, 0.49), (0.51, 0.98)):
        a, b = left + (right - left) * start, left + (right - left) * end
        pen.polygon(_skewed(a, b, 22, 84), light.see(paint, 0.5, depth))
        pen.polygon(_skewed(a, b, 80, 84), light.see(mix(paint, (255, 240, 220), 0.3), 1.0, depth))
        for k in range(1, 9):
            x = a + (b - a) * k / 9
            y, size = _rail(x)
            pen.line([(x, y - 26 * size), (x, y - 78 * size)], alpha(light.fill, 0.35), max(0.7, 1.4 * size))
        seal = b - (b - a) * 0.06
        y, size = _rail(seal)
        pen.ellipse(seal, y - 46 * size, 2.6 * size, 2.6 * size, (255, 226, 150))


def _locomotive(scene: Scene, pen: Pen, right: float) -> None:
    light = scene.light
    scale = _rail(right)[1]
    left = right - 280 * scale
    paint, band = (44, 84, 108), (232, 184, 92)
    pen.polygon(_skewed(left, right, 8, 24), light.see((52, 50, 52), 0.25))
    for share in (0.08, 0.17, 0.26, 0.72, 0.81, 0.9):
        x = left + (right - left) * share
        y, size = _rail(x)
        pen.ellipse(x, y - 10 * size, 10 * size, 10 * size, light.see((36, 34, 38), 0.2))
        pen.ellipse(x, y - 10 * size, 4 * size, 4 * size, light.see((130, 120, 116), 0.5))
    pen.polygon(_skewed(left + 70 * scale, right, 24, 84), light.see(paint, 0.5))
    pen.polygon(_skewed(left + 16 * scale, left + 96 * scale, 24, 98), light.see(paint, 0.62))
    pen.polygon(_skewed(left, left + 30 * scale, 22, 60), light.see(paint, 0.4))
    pen.polygon(_skewed(left + 2 * scale, right, 40, 47), light.see(band, 0.8))
    pen.polygon(_skewed(left + 26 * scale, left + 50 * scale, 66, 90), light.see((150, 180, 196), 0.9))
    pen.polygon(_skewed(left + 58 * scale, left + 84 * scale, 66, 90), light.see((150, 180, 196), 0.9))
    for k in range(9):
        a = left + (112 + k * 17) * scale
        pen.polygon(_skewed(a, a + 10 * scale, 56, 76), light.see((28, 50, 66), 0.3))
    pen.polygon(_skewed(left + 70 * scale, right, 82, 86), light.see((250, 232, 206), 1.0))
    y, size = _rail(left)
    pen.ellipse(left + 6, y - 50 * size, 7 * size, 7 * size, (255, 244, 210))
    scene_glow = alpha((255, 240, 200), 0.25)
    pen.ellipse(left + 2, y - 50 * size, 26 * size, 20 * size, scene_glow)


def factory_line(scene: Scene) -> None:
    horizon, light = 470.0, scene.light
    vanish = (scene.focus_x - 60, horizon + 60)
    sky(scene, horizon)
    clouds(scene, 30, horizon - 120, 0.32, strength=0.8)
    hills(scene, ridge(scene, horizon, 76, 2.0, 0.4), (138, 146, 140), 0.66, horizon + 12, 0.6, 0.2)
    water(scene, horizon, 660, 0.7, (16, 96, 132), 0.65)
    with scene.pen((0, horizon - 60, scene.width, 700)) as pen:
        container_ship(scene, pen, vanish[0] - 300, horizon + 22, 190, 0.36, sun=0.8)
        bulk_carrier(scene, pen, vanish[0] + 120, horizon + 14, 110, 0.46, sun=0.8)
        bulk_carrier(scene, pen, vanish[0] - 60, horizon + 52, 130, 0.3, (58, 66, 76), 0.8)
        for k in range(5):
            x = vanish[0] - 190 + k * 74
            pen.line([(x, 606), (x, 560), (x - 24, 548)], light.see((196, 92, 64), 0.7, 0.25), 3)
            pen.line([(x + 14, 606), (x + 14, 560)], light.see((196, 92, 64), 0.3, 0.25), 3)
    ground(scene, 600, light.see((190, 172, 140), 0.9), light.see((190, 176, 146), 0.9, 0.25), 0.45)
    with scene.pen((0, 240, scene.width, scene.height)) as pen:
        for k in range(6):
            _shed(scene, pen, vanish, -1, 5 - k)
            _shed(scene, pen, vanish, 1, 5 - k)
        _tracks(scene, pen, vanish)
        scrub(scene, pen, 700, scene.height, 40, (112, 124, 72), 12, 1050, 1500)


def _shed(scene: Scene, pen: Pen, vanish: Point, side: int, index: int) -> None:
    """One factory shed beside the line; index 0 is the nearest."""
    light = scene.light
    near, far = 1 / (1 + index * 0.72), 1 / (1 + (index + 0.8) * 0.72)
    depth = 0.32 * index / 5

    def at(x: float, y: float, scale: float) -> Point:
        return vanish[0] + side * x * scale, vanish[1] + y * scale

    inner, middle, outer, floor, eave = 560.0, 1030.0, 1500.0, 560.0, 90.0
    wall = light.see((232, 230, 222), 0.95 if side < 0 else 0.22, depth)
    end = light.see((206, 208, 204), 0.5 if side < 0 else 0.85, depth)
    pen.polygon([at(inner, floor, near), at(inner, eave, near), at(inner, eave, far), at(inner, floor, far)], wall)
    roof = [at(inner, eave, near), at(middle, -20, near), at(middle, -20, far), at(inner, eave, far)]
    pen.polygon(roof, light.see((156, 172, 180), 0.95, depth))
    pen.polygon([at(inner, floor, near), *roof[:2], at(outer, eave, near), at(outer, floor, near)], end)
    stripe = [at(inner, 150, near), at(inner, 190, near), at(inner, 190, far), at(inner, 150, far)]
    pen.polygon(stripe, light.see((62, 118, 140), 0.8 if side < 0 else 0.3, depth))
    for k in range(4):
        a, b = near + (far - near) * (k + 0.2) / 4, near + (far - near) * (k + 0.75) / 4
        door = [at(inner, floor, a), at(inner, 290, a), at(inner, 290, b), at(inner, floor, b)]
        pen.polygon(door, light.see((120, 130, 134), 0.5, depth))
    gate = [at(680, floor, near), at(680, 230, near), at(980, 230, near), at(980, floor, near)]
    pen.polygon(gate, light.see((94, 106, 112), 0.4, depth))


def _tracks(scene: Scene, pen: Pen, vanish: Point) -> None:
    light = scene.light

    def at(x: float, scale: float) -> Point:
        return vanish[0] + x * scale, vanish[1] + 560 * scale

    pen.polygon([at(-330, 0.12), at(330, 0.12), at(330, 1.05), at(-330, 1.05)], light.see((150, 140, 126), 0.75))
    for scale in (1.05 / (1 + k * 0.12) for k in range(64)):
        for track in (-165, 165):
            (x0, y), (x1, _) = at(track - 118, scale), at(track + 118, scale)
            pen.rect(x0, y - max(0.8, 13 * scale), x1, y, light.see((112, 96, 82), 0.6, 0.2 * (1 - scale)))
    for rail in (-237, -93, 93, 237):
        pen.polygon(
            [at(rail - 8, 1.05), at(rail + 8, 1.05), at(rail + 6, 0.12), at(rail - 6, 0.12)],
            light.see((120, 116, 114), 0.5),
        )
        pen.polygon(
            [at(rail - 4, 1.05), at(rail + 3, 1.05), at(rail + 3, 0.12), at(rail - 3, 0.12)],
            light.see((226, 228, 230), 1.0),
        )
    _masts(scene, pen, vanish)


def _masts(scene: Scene, pen: Pen, vanish: Point) -> None:
    """Portals carrying the wires, one behind another."""
    light = scene.light
    for scale in (1.0 / (1 + k * 0.5) for k in range(9)):
        left, right, foot = vanish[0] - 350 * scale, vanish[0] + 350 * scale, vanish[1] + 560 * scale
        for x in (left, right):
            pen.line([(x, foot), (x, foot - 560 * scale)], light.see((130, 134, 136), 0.6), max(1.0, 12 * scale))
        beam = foot - 540 * scale
        pen.line([(left, beam), (right, beam)], light.see((130, 134, 136), 0.5), max(0.8, 8 * scale))
    for wire in (-165, 165):
        near, far = (vanish[0] + wire * 1.05, vanish[1] + 68), (vanish[0] + wire * 0.12, vanish[1] + 7)
        pen.line([near, far], light.see((80, 84, 88), 0.4), 1)
