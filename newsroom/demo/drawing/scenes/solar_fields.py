"""Solar fields: panels and batteries at the end of the day, rows running to the dunes at noon."""

from __future__ import annotations

from newsroom.demo.drawing.atmosphere import clouds, haze, sky, sun
from newsroom.demo.drawing.canvas import Pen, Point, Scene, halo
from newsroom.demo.drawing.light import alpha, mix
from newsroom.demo.drawing.scenes.deserts import SAND, dune
from newsroom.demo.drawing.terrain import ground, hills, ridge


def batteries_at_dusk(scene: Scene) -> None:
    horizon, light = 560.0, scene.light
    low = scene.width * 0.68
    sky(scene, horizon, low)
    clouds(scene, 20, horizon - 60, 0.42, sun_x=low)
    sun(scene, low, horizon - 58, 30)
    hills(scene, ridge(scene, horizon + 4, 70, 2.6, 0.42), (112, 84, 76), 0.6, horizon + 20, 0.2, 0.15)
    haze(scene, horizon, 60, 0.45)
    ground(scene, horizon, light.see((176, 132, 92), 0.5), light.see((176, 132, 92), 0.5, 0.5), 0.4)
    with scene.pen((0, horizon - 20, scene.width, scene.height)) as pen:
        _batteries(scene, pen, horizon)
        for row in range(15):
            near = (row + 0.6) / 15
            _panel_row(
                scene, pen, horizon, near, scene.width * (0.6 + 0.06 * near) if near < 0.55 else scene.width + 200.0
            )
    scene.glow(halo(scene.size, (low, horizon + 90), (520, 250), 1.5), light.sun, 0.4)


def panels_to_the_dunes(scene: Scene) -> None:
    """Rows running away to a line of dunes, under a sky white with heat."""
    horizon, light = 500.0, scene.light
    white = mix(light.haze, (255, 255, 255), 0.55)
    sky(scene, horizon, scene.width * 0.6)
    haze(scene, horizon - 130, 420, 0.85, white)
    scene.glow(halo(scene.size, (scene.width * 0.62, 150), (520, 420), 1.6), (255, 255, 248), 0.8)
    dune(scene, [(-20, 470), (260, 404), (620, 462), (980, 398), (1300, 446), (1620, 392)], 600, 0.42)
    haze(scene, 470, 70, 0.3, white)
    dune(scene, [(-20, 500), (300, 506), (700, 450), (1060, 492), (1360, 440), (1620, 500)], 640, 0.22)
    sand = mix(SAND, (240, 214, 170), 0.5)
    ground(scene, 540, light.see(sand, 0.95), light.see(sand, 0.95, 0.2), 0.4)
    with scene.pen((0, 500, scene.width, scene.height)) as pen:
        for row in range(14):
            _panel_row(scene, pen, 520, (row + 0.8) / 14, scene.width + 200.0)
    haze(scene, 545, 40, 0.35, white)


def _panel_row(scene: Scene, pen: Pen, horizon: float, near: float, end: float) -> None:
    """One row of tilted panels across the field, facing us, with the sky in the glass."""
    light, depth = scene.light, 0.55 * (1 - near) ** 1.6
    y, size = horizon + 22 + 500 * near**2.0, 7 + 108 * near**2.0
    wide, gap = size * 1.9, size * 0.06
    start = scene.width * 0.62 - (scene.width * 0.62 + 420) * (0.72 + 0.5 * near)
    x = start
    pen.polygon(
        [
            (start, y + size * 0.42),
            (end, y + size * 0.42),
            (end + size * 0.5, y + size * 0.62),
            (start + size * 0.5, y + size * 0.62),
        ],
        alpha(light.fill, 0.5),
    )
    while x < end:
        if x + wide > -10 and x < scene.width + 10:
            lean = size * 0.26
            glare = max(0.0, 1 - abs((x + wide / 2) - scene.width * 0.68) / 620)
            top = mix(light.see((60, 84, 150), 0.6, depth), light.sky[-1][1], 0.16 + 0.6 * glare)
            low = mix(light.see((34, 48, 104), 0.4, depth), light.sky[2][1], 0.12 + 0.34 * glare)
            quad = [
                (x + lean, y - size * 0.5),
                (x + wide + lean - gap, y - size * 0.5),
                (x + wide - gap, y + size * 0.3),
                (x, y + size * 0.3),
            ]
            for band in range(6):
                t, u = band / 6, (band + 1) / 6
                pen.polygon([_on(quad, 0, t), _on(quad, 1, t), _on(quad, 1, u), _on(quad, 0, u)], mix(top, low, t))
            if size > 16:
                grid = alpha(mix(low, (255, 240, 220), 0.35), 0.55)
                for k in range(1, 6):
                    pen.line([_on(quad, k / 6, 0), _on(quad, k / 6, 1)], grid, 0.7)
                for k in range(1, 4):
                    pen.line([_on(quad, 0, k / 4), _on(quad, 1, k / 4)], grid, 0.7)
            pen.line([quad[0], quad[1]], alpha(light.sun, 0.85), max(0.7, size * 0.022))
            for post in (0.22, 0.78):
                px, py = _on(quad, post, 1)
                pen.line(
                    [(px, py), (px + size * 0.05, py + size * 0.26)],
                    light.see((120, 116, 116), 0.2, depth),
                    max(0.7, size * 0.04),
                )
        x += wide


def _on(quad: list[Point], across: float, down: float) -> Point:
    top = (quad[0][0] + (quad[1][0] - quad[0][0]) * across, quad[0][1] + (quad[1][1] - quad[0][1]) * across)
    low = (quad[3][0] + (quad[2][0] - quad[3][0]) * across, quad[3][1] + (quad[2][1] - quad[3][1]) * across)
    return top[0] + (low[0] - top[0]) * down, top[1] + (low[1] - top[1]) * down


def _batteries(scene: Scene, pen: Pen, horizon: float) -> None:
    """White storage containers in a line on the right, with their cooling units."""
    light = scene.light
    for k in range(9):
        t = (k + 1) / 9
        size, x, y = 16 + 74 * t**1.7, scene.width * 0.66 + 480 * t**1.6, horizon + 24 + 200 * t**1.8
        depth = 0.45 * (1 - t)
        pen.polygon(
            [(x, y), (x + size * 2.4, y), (x + size * 3.0, y + size * 0.22), (x + size * 0.4, y + size * 0.22)],
            alpha(light.fill, 0.5),
        )
        pen.rect(x, y - size, x + size * 0.5, y, light.see((236, 232, 226), 0.95, depth))
        pen.rect(x + size * 0.5, y - size, x + size * 2.4, y, light.see((236, 232, 226), 0.4, depth))
        pen.rect(x, y - size * 1.04, x + size * 2.4, y - size * 0.97, light.see((255, 250, 240), 0.9, depth))
        for door in range(4):
            left = x + size * (0.56 + door * 0.46)
            pen.rect(left, y - size * 0.9, left + size * 0.4, y - size * 0.08, light.see((214, 212, 210), 0.34, depth))
            pen.rect(
                left + size * 0.08,
                y - size * 0.62,
                left + size * 0.32,
                y - size * 0.4,
                light.see((120, 124, 130), 0.2, depth),
            )
        pen.rect(
            x + size * 0.7, y - size * 1.2, x + size * 1.2, y - size * 1.02, light.see((200, 198, 196), 0.4, depth)
        )
        pen.ellipse(x + size * 0.25, y - size * 0.84, max(0.8, size * 0.03), max(0.8, size * 0.03), (96, 226, 140))
