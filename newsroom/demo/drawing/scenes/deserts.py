"""Deserts: dunes and palms at sunset, a turbine plain in dust."""

from __future__ import annotations

import math

from PIL import Image

from newsroom.demo.drawing.atmosphere import clouds, haze, mist, sky, sun, veil
from newsroom.demo.drawing.canvas import Pen, Point, Scene, filled, halo
from newsroom.demo.drawing.curves import through
from newsroom.demo.drawing.light import RGB, alpha, mix
from newsroom.demo.drawing.machines import turbine
from newsroom.demo.drawing.noise import BICUBIC, cloudy, contrast, emboss
from newsroom.demo.drawing.plants import palm_grove, scrub
from newsroom.demo.drawing.terrain import ground, hills, ridge, scree

SAND: RGB = (222, 184, 140)


def dunes(scene: Scene) -> None:
    horizon, low = 520.0, scene.width * 0.22
    light = scene.light
    sky(scene, horizon + 20, low)
    clouds(scene, 40, horizon - 60, 0.35, sun_x=low)
    sun(scene, low, horizon - 60, 29)
    hills(scene, ridge(scene, horizon + 14, 50, 2.2, 0.35), (150, 106, 84), 0.66, horizon + 40, 0.3, 0.1)
    haze(scene, horizon + 10, 60, 0.45)
    _ripples(scene, dune(scene, [(-20, 560), (420, 500), (900, 556), (1620, 520)], 640, 0.46), 0.2)
    with scene.pen((0, horizon - 60, scene.width, 640)) as pen:
        palm_grove(scene, pen, 560, 1640, 606, 74, 60, 0.26)
    haze(scene, 610, 46, 0.3)
    _ripples(scene, dune(scene, [(-20, 640), (260, 600), (620, 640), (1040, 668), (1620, 604)], 800, 0.24), 0.35)
    _ripples(scene, dune(scene, [(-20, 770), (380, 800), (760, 690), (1180, 716), (1620, 790)], 980, 0.1), 0.5)
    _ripples(scene, dune(scene, [(-20, 860), (420, 742), (800, 930), (1240, 980), (1620, 870)], 1200, 0.0), 0.7)
    scene.glow(halo(scene.size, (low, horizon + 60), (900, 330), 1.6), light.sun, 0.22)


def dune(scene: Scene, knots: list[Point], foot: float, depth: float) -> Image.Image:
    """One dune: its windward slope warm, its slip face below the crest in shade. Returns the mask."""
    crest = through(knots, steps=50)
    light = scene.light
    top = min(y for _, y in crest)
    box = (0, top - 4, scene.width, foot)
    mask = scene.mask(filled([*crest, (scene.width + 20, foot), (-20, foot)]), 0, box)
    warm = light.see(SAND, 0.95, depth)
    scene.fill(mask, ((0.0, mix(warm, light.sun, 0.18)), (0.4, warm), (1.0, light.see(SAND, 0.45, depth))), top, foot)
    summits = [k for k in range(1, len(crest) - 1) if crest[k][1] <= crest[k - 1][1] and crest[k][1] < crest[k + 1][1]]
    for peak in summits:
        slip = _slip(crest, peak, foot)
        shade = scene.mask(filled(slip), 1.2, box)
        tail = crest[min(len(crest) - 1, peak + 60)][1]
        low = max(tail, crest[peak][1] + (foot - crest[peak][1]) * 0.9)
        dark = light.see(mix(SAND, (150, 90, 80), 0.5), 0.0, depth)
        cut = Image.composite(shade, Image.new("L", scene.size), mask)
        scene.fill(cut, ((0.0, dark), (0.6, mix(dark, warm, 0.22)), (1.0, mix(dark, warm, 0.5))), crest[peak][1], low)
    return mask


def _slip(crest: list[Point], peak: int, foot: float) -> list[Point]:
    """The lee side: from the summit along the crest to the right, and back up a curving spine."""
    x0, y0 = crest[peak]
    end = len(crest) - 1
    for k in range(peak + 1, len(crest) - 1):
        if crest[k][1] > crest[k + 1][1]:
            end = k
            break
    x1, y1 = crest[end]
    drop = (foot - y0) * 0.86
    spine = [
        (x0 + (x1 - x0) * 0.55 * math.sin(t * 2.6) * (1 - t * 0.25) - 60 * t, y0 + drop * t**1.15)
        for t in (k / 24 for k in range(25))
    ]
    bottom = spine[-1]
    base = [(x1 + (bottom[0] - x1) * t, y1 + (bottom[1] - y1) * t**1.6) for t in (k / 12 for k in range(1, 12))]
    return [*crest[peak : end + 1], *base, *reversed(spine)]


def _ripples(scene: Scene, mask: Image.Image, strength: float) -> None:
    """Wind ripples: fine, slanting, only where the sand is."""
    box = mask.getbbox()
    if box is None:
        return
    size = (box[2] - box[0], box[3] - box[1])
    field = cloudy(scene.rng, (size[0] // 2, size[1] // 2 + 1), (18, size[1] / 5), 3, 0.75)
    laid = contrast(emboss(field, 1, -2, 1.8), 0.9).resize(size, BICUBIC)
    whole = Image.new("L", scene.size, 128)
    whole.paste(laid, box[:2])
    scene.texture(whole, mask, strength * 0.3)


def turbines(scene: Scene) -> None:
    horizon, light, rng = 640.0, scene.light, scene.rng
    sky(scene, horizon, scene.width * 0.3)
    clouds(scene, 0, horizon, 0.55, 1.6, strength=0.35)
    sun(scene, scene.width * 0.28, 250, 26)
    with scene.pen((0, horizon - 6, scene.width, horizon + 40)) as pen:
        pen.rect(0, horizon - 2, scene.width, horizon + 26, light.see((120, 150, 156), 0.8, 0.45))
    haze(scene, horizon, 90, 0.6)
    with scene.pen((0, 60, scene.width, horizon + 40)) as pen:
        for k in range(22):
            turbine(
                scene,
                pen,
                40 + k * 74 + rng.uniform(-20, 20),
                horizon + rng.uniform(4, 12),
                rng.uniform(86, 130),
                rng.uniform(0, 2),
                rng.uniform(0.6, 0.76),
            )
    haze(scene, horizon, 130, 0.45)
    ground(scene, horizon + 24, light.see((206, 172, 122), 0.85), light.see((206, 172, 122), 0.8, 0.6), 0.45)
    with scene.pen((0, 0, scene.width, scene.height)) as pen:
        for x, base, tall, depth in (
            (240, 690, 250, 0.42),
            (470, 700, 300, 0.34),
            (760, 686, 240, 0.44),
            (1440, 694, 270, 0.4),
            (960, 716, 370, 0.24),
        ):
            turbine(scene, pen, x, base, tall, rng.uniform(0, 2), depth)
        scrub(scene, pen, horizon + 50, scene.height, 150, (132, 124, 82), 11)
        turbine(scene, pen, scene.focus_x + 70, 800, 610, 0.5, 0.06)
        _track(scene, pen, horizon)
    scree(scene, horizon + 60, scene.height, [(190, 164, 128), (150, 128, 100)], 150, 6)
    mist(scene, 720, 190, 0.5)
    veil(scene, light.haze, 0.08)


def _track(scene: Scene, pen: Pen, horizon: float) -> None:
    tone = alpha(scene.light.see((226, 198, 154), 1.0), 0.55)
    for offset in (0.0, 74.0):
        left = [
            (620 + offset + 560 * t**2 - (200 + offset * 2.4) * t**3, horizon + 34 + 420 * t**1.7)
            for t in (k / 20 for k in range(21))
        ]
        right = [(x + 3 + 26 * (k / 20) ** 1.7, y) for k, (x, y) in enumerate(left)]
        pen.polygon([*left, *reversed(right)], tone)
