"""Ports: grain silos, container quays by day and under floodlights, a gas jetty."""

from __future__ import annotations

from newsroom.demo.drawing.atmosphere import clouds, haze, lamp, mist, sky, stars, sun
from newsroom.demo.drawing.buildings import Facade, block
from newsroom.demo.drawing.canvas import Pen, Scene, halo
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.machines import gantry, lattice, stack
from newsroom.demo.drawing.terrain import hills, ridge
from newsroom.demo.drawing.vessels import bulk_carrier, container_ship, ferry, gas_carrier
from newsroom.demo.drawing.water import glitter, streaks, water

CONCRETE: RGB = (222, 214, 198)


def silos(scene: Scene) -> None:
    quay = 720.0
    sky(scene, quay)
    clouds(scene, 20, quay - 150, 0.3, strength=0.8)
    hills(scene, ridge(scene, quay, 40, 2.0, 0.3), (150, 150, 130), 0.7, quay + 10, 0.5, 0.1)
    with scene.pen((0, 100, scene.width, quay + 30)) as pen:
        for k in range(30):
            x = scene.rng.uniform(0, scene.width)
            block(
                scene,
                pen,
                x,
                quay - scene.rng.uniform(20, 70),
                x + scene.rng.uniform(40, 120),
                quay,
                Facade((226, 220, 208), (4, 5), (5, 6), sun=0.8),
                0.5 - k / 100,
            )
        left = scene.focus_x - 250
        _silo_bank(scene, pen, left, quay - 20, 8, 74, 420)
        _elevator(scene, pen, left + 8 * 74 + 6, quay - 20, 540)
        _silo_bank(scene, pen, left - 470, quay - 20, 5, 58, 280)
        _conveyor(scene, pen, (left + 8 * 74 + 60, quay - 500), (left - 200, quay - 330))
        _loader(scene, pen, left + 90, quay - 20, 250)
        _loader(scene, pen, left - 190, quay - 20, 230)
        pen.rect(0, quay - 22, scene.width, quay + 2, scene.light.see((176, 168, 152), 0.85))
        pen.rect(0, quay - 4, scene.width, quay + 2, scene.light.see((96, 92, 86), 0.4))
        for x in range(20, scene.width, 64):
            pen.rect(x, quay - 14, x + 12, quay, scene.light.see((48, 48, 50), 0.3))
        bulk_carrier(scene, pen, 60, quay + 22, 1010, 0.0, (136, 46, 40), 0.85)
    water(scene, quay + 20, chop=0.75, colour=(20, 92, 112), mirror=0.75)


def _silo_bank(scene: Scene, pen: Pen, left: float, base: float, count: int, wide: float, tall: float) -> None:
    """A row of concrete cylinders, each shaded round, with a gallery on top."""
    light, strips = scene.light, 18
    for k in range(count):
        x = left + k * wide
        for strip in range(strips):
            t = (strip + 0.5) / strips
            sun_share = max(0.0, 1 - abs(t - 0.3) * 1.55)
            pen.rect(
                x + wide * strip / strips,
                base - tall,
                x + wide * (strip + 1) / strips + 0.6,
                base,
                light.see(CONCRETE, sun_share, 0.05),
            )
        for level in range(1, 9):
            y = base - tall * level / 9
            pen.line([(x + 1, y), (x + wide - 1, y)], alpha(light.fill, 0.16), 0.7)
        pen.line([(x + wide, base - tall), (x + wide, base)], alpha(light.fill, 0.5), 1.6)
    pen.rect(
        left - 4,
        base - tall - 34,
        left + count * wide + 4,
        base - tall,
        light.see(mix(CONCRETE, (186, 190, 190), 0.5), 0.85, 0.05),
    )
    pen.rect(
        left - 6, base - tall - 38, left + count * wide + 6, base - tall - 32, light.see((140, 146, 150), 0.8, 0.05)
    )
    for k in range(count * 3):
        x = left + 8 + k * wide / 3
        pen.rect(x, base - tall - 24, x + wide * 0.16, base - tall - 10, light.see((60, 72, 84), 0.4, 0.05))


def _elevator(scene: Scene, pen: Pen, left: float, base: float, tall: float) -> None:
    facade = Facade(CONCRETE, (8, 12), (16, 26), side=0.3, sun=0.9, glaze=(66, 78, 88))
    block(scene, pen, left, base - tall, left + 112, base, facade, 0.05)
    pen.rect(left + 16, base - tall - 26, left + 76, base - tall, scene.light.see((196, 196, 190), 0.85, 0.05))
    pen.line([(left + 60, base - tall - 26), (left + 60, base - tall - 66)], scene.light.see((110, 112, 116), 0.3), 2)


def _conveyor(scene: Scene, pen: Pen, start: tuple[float, float], end: tuple[float, float]) -> None:
    light = scene.light
    lattice(pen, start, end, 20, light.see((168, 172, 172), 0.5, 0.05), 2.2)
    pen.line([(start[0], start[1] - 11), (end[0], end[1] - 11)], light.see((220, 216, 206), 0.95, 0.05), 7)


def _loader(scene: Scene, pen: Pen, x: float, base: float, tall: float) -> None:
    """A travelling ship loader with its boom over the hold."""
    steel = scene.light.see((58, 116, 132), 0.7)
    dark = scene.light.see((58, 116, 132), 0.1)
    lattice(pen, (x, base), (x + 26, base - tall * 0.72), 18, steel, 3)
    lattice(pen, (x + 84, base), (x + 58, base - tall * 0.72), 18, dark, 3)
    pen.rect(x + 4, base - tall * 0.82, x + 84, base - tall * 0.66, steel)
    lattice(pen, (x + 50, base - tall * 0.78), (x - 110, base - tall * 0.98), 14, steel, 2.4)
    pen.line([(x + 40, base - tall * 0.82), (x + 40, base - tall * 1.2), (x - 80, base - tall * 0.95)], dark, 2)
    pen.line([(x + 40, base - tall * 1.2), (x + 84, base - tall * 0.8)], dark, 2)
    pen.line([(x - 104, base - tall * 0.96), (x - 104, base - tall * 0.5)], dark, 6)


def container_berth(scene: Scene) -> None:
    quay, low = 690.0, scene.width * 0.24
    sky(scene, quay, low)
    clouds(scene, 50, quay - 130, 0.36, sun_x=low)
    sun(scene, low, quay - 120, 27)
    hills(scene, ridge(scene, quay, 70, 2.0, 0.4), (132, 124, 116), 0.7, quay + 10, 0.3, 0.15)
    haze(scene, quay, 90, 0.5)
    with scene.pen((0, 60, scene.width, quay + 20)) as pen:
        for x, tall, raised in ((420, 330, True), (620, 330, False)):
            gantry(scene, pen, x, quay - 4, tall, (176, 110, 84), 0.46, raised)
        stack(scene, pen, 380, quay, 26, 4, (38, 15), 0.4, 0.45)
    haze(scene, quay, 110, 0.35)
    with scene.pen((0, 60, scene.width, quay + 30)) as pen:
        for x, tall, raised in ((900, 520, False), (1150, 520, True), (1390, 540, False)):
            gantry(scene, pen, x, quay, tall, (64, 98, 132), 0.12, raised)
        stack(scene, pen, 840, quay, 13, 5, (60, 24), 0.1, 0.5)
        pen.rect(300, quay - 5, scene.width, quay + 8, scene.light.see((132, 122, 112), 0.4, 0.1))
        container_ship(scene, pen, 170, quay + 12, 720, 0.14, (44, 62, 86), 0.5)
    mist(scene, quay + 2, 46, 0.4)
    water(scene, quay + 8, chop=0.5, mirror=0.95)
    glitter(scene, low, quay + 8, 70)


def gas_jetty(scene: Scene) -> None:
    horizon, low = 660.0, scene.width * 0.74
    sky(scene, horizon, low)
    clouds(scene, 30, horizon - 80, 0.5, sun_x=low)
    sun(scene, low, horizon - 84, 31)
    with scene.pen((0, horizon - 160, scene.width, horizon + 4)) as pen:
        _plant(scene, pen, horizon)
        container_ship(scene, pen, 1330, horizon + 1, 190, 0.6, sun=0.2)
    haze(scene, horizon, 70, 0.45)
    line = horizon + 26
    with scene.pen((0, 200, scene.width, line + 20)) as pen:
        _jetty(scene, pen, line - 22)
        gas_carrier(scene, pen, scene.focus_x - 580, line + 2, 1120, 0.04, 0.34)
    water(scene, line, chop=0.8, mirror=0.95)
    glitter(scene, low, line, 110)


def _plant(scene: Scene, pen: Pen, base: float) -> None:
    rng, light = scene.rng, scene.light
    far = light.see((88, 76, 78), 0.15, 0.55)
    for _ in range(34):
        x, tall = rng.uniform(0, 640), rng.uniform(14, 84)
        pen.rect(x, base - tall, x + rng.uniform(4, 26), base, far)
    for x in (70, 168, 420, 560):
        tall = rng.uniform(90, 140)
        pen.rect(x, base - tall, x + 5, base, far)
        pen.polygon(
            [(x - 1, base - tall), (x + 2.5, base - tall - 22), (x + 8, base - tall - 6), (x + 6, base - tall)],
            (255, 226, 150),
        )
    for k in range(60):
        pen.ellipse(
            rng.uniform(0, 640), base - rng.uniform(2, 50), 1.2, 1.2, alpha(light.lamp, rng.uniform(0.4, 1) - k * 0.002)
        )
    pen.rect(0, base - 4, 700, base + 3, far)
    sea = light.see((120, 90, 92), 0.4, 0.45)
    pen.rect(0, base, scene.width, base + 30, mix(light.sky[-1][1], sea, 0.45))


def _jetty(scene: Scene, pen: Pen, deck: float) -> None:
    light = scene.light
    steel, dark = light.see((122, 104, 98), 0.25, 0.1), light.see((74, 62, 66), 0.1, 0.1)
    pen.rect(900, deck - 40, scene.width, deck - 30, steel)
    for x in range(910, scene.width, 44):
        pen.rect(x, deck - 32, x + 5, deck + 30, dark)
    for pipe in range(3):
        pen.line(
            [(900, deck - 46 - pipe * 6), (scene.width, deck - 46 - pipe * 6)],
            light.see((206, 176, 150), 0.35, 0.1),
            2.6,
        )
    for x in (930, 980, 1030):
        pen.line([(x, deck - 40), (x, deck - 170), (x - 46, deck - 214), (x - 76, deck - 120)], steel, 5)
    lattice(pen, (1120, deck - 40), (1120, deck - 300), 26, steel, 2.4)
    for y in (deck - 300, deck - 220):
        pen.rect(1098, y, 1142, y + 6, dark)
        pen.ellipse(1104, y - 4, 2.6, 2.6, light.lamp)
        pen.ellipse(1136, y - 4, 2.6, 2.6, light.lamp)


def night_quay(scene: Scene) -> None:
    quay = 710.0
    sky(scene, quay, scene.width * 0.5)
    stars(scene, 300, 80)
    scene.glow(halo(scene.size, (820, quay), (1000, 520), 1.5), (255, 176, 96), 0.34)
    cranes = ((560.0, 500.0, False), (900.0, 540.0, False), (1240.0, 520.0, True))
    with scene.pen((0, 60, scene.width, quay + 30)) as pen:
        for x in (130, 330, 760, 1090, 1500):
            lattice(pen, (x, quay), (x, quay - 330), 9, scene.light.see((150, 150, 150), 0.5, 0.3), 1.2)
            pen.rect(x - 22, quay - 340, x + 22, quay - 330, (255, 246, 222))
        stack(scene, pen, 180, quay - 8, 24, 4, (56, 22), 0.3, 1.0)
        for foot, tall, raised in cranes:
            gantry(scene, pen, foot, quay, tall, (214, 96, 66), 0.06, raised, 1.0)
        stack(scene, pen, 900, quay, 11, 3, (64, 26), 0.05, 1.0)
        pen.rect(0, quay - 5, scene.width, quay + 10, scene.light.see((150, 140, 126), 0.8))
        container_ship(scene, pen, -60, quay + 14, 900, 0.02, (54, 70, 100), 1.0)
    for x in (130, 330, 760, 1090, 1500):
        lamp(scene, x, quay - 335, 190, 0.75, (255, 236, 200))
        scene.glow(halo(scene.size, (x, quay - 60), (230, 300), 1.6), (255, 206, 140), 0.3)
    haze(scene, quay - 40, 160, 0.22, (210, 160, 120))
    water(scene, quay + 10, chop=0.6, mirror=1.0)
    streaks(scene, [(x, 1.0, (255, 232, 190)) for x in (130.0, 330.0, 760.0, 1090.0, 1500.0)], quay + 10, 300)
    extra = [(scene.rng.uniform(0, 1600), scene.rng.uniform(0.2, 0.6), (255, 196, 120)) for _ in range(36)]
    streaks(scene, extra, quay + 10, 190)
    with scene.pen((1100, quay, 1500, quay + 140)) as pen:
        ferry(scene, pen, 1180, quay + 110, 130, 0.0, 0.6)
