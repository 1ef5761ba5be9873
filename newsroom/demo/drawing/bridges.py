"""Bridges: hung from cables, or standing on arches."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.demo.drawing.buildings import pointed_arch
from newsroom.demo.drawing.canvas import Pen, Scene
from newsroom.demo.drawing.light import RGB, alpha, mix


@dataclass(frozen=True)
class Span:
    """A suspension bridge between two towers; ``rise`` is the towers' height above the deck at ``deck``."""

    left: float
    right: float
    deck: float
    rise: float
    foot: float
    thickness: float = 7.0


def suspension_bridge(scene: Scene, pen: Pen, span: Span, colour: RGB, depth: float = 0.0, lit: bool = False) -> None:
    light = scene.light
    steel, dark = light.see(colour, 0.4, depth), light.see(colour, 0.0, depth)
    width, lamp = span.right - span.left, mix(light.lamp, (255, 255, 255), 0.35)
    rope, thick = lamp if lit else steel, max(1.2, span.thickness * 0.3)
    cable = [
        (span.left + width * t, span.deck - span.rise * (0.06 + 0.94 * (2 * t - 1) ** 2))
        for t in (k / 48 for k in range(49))
    ]
    for x, y in cable[1::2]:
        pen.line([(x, y), (x, span.deck)], alpha(dark, 0.75), 0.8)
    pen.line(cable, rope, thick)
    for x, reach in ((span.left, -0.42), (span.right, 0.42)):
        backstay = [
            (x + width * reach * t, span.deck - span.rise * (1 - t) ** 1.25) for t in (k / 16 for k in range(17))
        ]
        pen.line(backstay, rope, thick)
    west, east = span.left - width * 0.6, span.right + width * 0.6
    under = span.deck + span.thickness
    pen.polygon([(west, under), (west, span.deck), (east, span.deck), (east, under)], dark)
    pen.line([(west, span.deck), (east, span.deck)], steel, 1.2)
    for x in (span.left, span.right):
        _pylon(pen, x, span, steel, dark)
    if lit:
        for x in (span.left, span.right):
            pen.ellipse(x, span.deck - span.rise - 3, 2.2, 2.2, (255, 84, 64))
        for k in range(90):
            pen.ellipse(west + width * 2.2 * k / 90, span.deck - 1, 1.4, 1.4, lamp)


def _pylon(pen: Pen, x: float, span: Span, steel: RGB, dark: RGB) -> None:
    """One of the two towers: a pair of legs tied at three heights."""
    leg, top = max(2.0, span.rise * 0.045), span.deck - span.rise
    for offset, tone in ((-1.2, steel), (1.2, dark)):
        pen.rect(x + (offset - 0.5) * leg, top, x + (offset + 0.5) * leg, span.foot, tone)
    for share in (0.98, 0.62, 0.3):
        tie = span.deck - span.rise * share
        pen.rect(x - leg * 1.6, tie, x + leg * 1.6, tie + leg * 0.9, steel)


def arched_bridge(
    scene: Scene,
    pen: Pen,
    left: float,
    right: float,
    water: float,
    height: float,
    arches: int,
    colour: RGB,
    depth: float = 0.0,
) -> None:
    """A long masonry bridge: an arcade above, pointed openings between cutwaters below."""
    light, bay = scene.light, (right - left) / arches
    top = water - height
    wall, shade, ledge = light.see(colour, 0.75, depth), light.see(colour, 0.15, depth), light.see(colour, 1.0, depth)
    void = light.see(mix(colour, (40, 32, 40), 0.7), 0.15, depth)
    pen.rect(left, top, right, water, wall)
    for k in range(8):
        pen.rect(left, water - height * 0.08 * (k + 1), right, water - height * 0.08 * k, alpha(shade, 0.5 - 0.06 * k))
    for index in range(arches):
        _arch_bay(
            pen, left + bay * index, bay, (top, water), (light.see(colour, 0.95, depth), shade, void, light.sky[-1][1])
        )
    pen.rect(left, top - height * 0.03, right, top + height * 0.02, ledge)
    pen.rect(left, top + height * 0.34, right, top + height * 0.36, light.see(colour, 0.95, depth))
    x, gate = (left + right) / 2, height * 0.12
    pen.rect(x - bay * 0.62, top - gate, x + bay * 0.62, water - height * 0.36, wall)
    pen.rect(x + bay * 0.4, top - gate, x + bay * 0.62, water - height * 0.36, shade)
    pen.polygon(pointed_arch(x, water - height * 0.4, bay * 0.26, height * 0.5), void)
    pen.rect(x - bay * 0.66, top - gate - height * 0.03, x + bay * 0.66, top - gate + height * 0.02, ledge)


def _arch_bay(
    pen: Pen, pier: float, bay: float, heights: tuple[float, float], tones: tuple[RGB, RGB, RGB, RGB]
) -> None:
    """One arch with the niches above it and the cutwater on its left; tones are lit, shade, void, sky."""
    (top, water), (lit, shade, void, sky) = heights, tones
    height, x = water - top, pier + bay * 0.5
    pen.polygon(pointed_arch(x, water, bay * 0.37, height * 0.56), shade)
    pen.polygon(pointed_arch(x + bay * 0.035, water, bay * 0.32, height * 0.5), void)
    pen.polygon(pointed_arch(x + bay * 0.05, water, bay * 0.24, height * 0.36), mix(void, sky, 0.55))
    for offset in (-0.26, 0.26):
        pen.polygon(pointed_arch(x + bay * offset, top + height * 0.3, bay * 0.17, height * 0.21), shade)
        pen.polygon(pointed_arch(x + bay * (offset + 0.02), top + height * 0.3, bay * 0.13, height * 0.17), void)
    for side, tone in ((-1, lit), (1, shade)):
        shoulder, point = (pier + side * bay * 0.09, water - height * 0.22), (pier, water - height * 0.3)
        pen.polygon([(pier + side * bay * 0.13, water), shoulder, point, (pier, water)], tone)
