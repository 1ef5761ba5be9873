"""Light: the six palettes as skies, sun and haze, and the arithmetic of colours under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RGB = tuple[int, int, int]
RGBA = tuple[int, int, int, int]
Stop = tuple[float, RGB]


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """``first`` at share 0, ``second`` at share 1; shares beyond that are held at the ends."""
    t = min(1.0, max(0.0, share))
    return (
        round(first[0] + (second[0] - first[0]) * t),
        round(first[1] + (second[1] - first[1]) * t),
        round(first[2] + (second[2] - first[2]) * t),
    )


def times(colour: RGB, light: RGB, strength: float = 1.0) -> RGB:
    """A surface of ``colour`` under ``light``, both 0–255 per channel."""
    red, green, blue = (min(255, round(c * part * strength / 255)) for c, part in zip(colour, light, strict=True))
    return red, green, blue


def alpha(colour: RGB, opacity: float) -> RGBA:
    return (*colour, round(255 * min(1.0, max(0.0, opacity))))


def along(stops: Sequence[Stop], position: float) -> RGB:
    """The colour at ``position`` of a gradient whose stops are in rising order."""
    before = stops[0]
    for after in stops[1:]:
        if position <= after[0]:
            span = after[0] - before[0] or 1.0
            share = (position - before[0]) / span
            return mix(before[1], after[1], share * share * (3 - 2 * share))
        before = after
    return before[1]


@dataclass(frozen=True)
class Light:
    """One time of day. ``sky`` runs from the zenith (0) to the horizon (1)."""

    sky: tuple[Stop, ...]
    sun: RGB
    key: RGB
    fill: RGB
    haze: RGB
    deep: RGB
    lamp: RGB = (255, 204, 128)
    thickness: float = 1.0
    low: bool = False
    lamps_on: bool = False

    def see(self, colour: RGB, sun: float = 1.0, depth: float = 0.0) -> RGB:
        """How ``colour`` looks: ``sun`` 0 in shade to 1 full in it, ``depth`` 0 at hand to 1 lost in the haze."""
        lit = mix(times(colour, self.fill), times(colour, self.key), sun)
        return mix(lit, self.haze, min(1.0, depth * self.thickness))


LIGHTS: dict[str, Light] = {
    "dawn": Light(
        sky=(
            (0.0, (96, 130, 168)), (0.3, (146, 166, 190)), (0.58, (206, 190, 192)),
            (0.8, (244, 200, 168)), (1.0, (253, 218, 168)),
        ),
        sun=(255, 238, 204), key=(255, 222, 186), fill=(124, 124, 146), haze=(238, 204, 180), deep=(58, 82, 104),
        low=True,
    ),
    "noon": Light(
        sky=((0.0, (44, 104, 168)), (0.4, (92, 150, 200)), (0.75, (158, 196, 220)), (1.0, (216, 228, 228))),
        sun=(255, 252, 240), key=(255, 250, 236), fill=(132, 146, 170), haze=(204, 218, 224), deep=(24, 78, 112),
        thickness=0.85,
    ),
    "dusk": Light(
        sky=(
            (0.0, (32, 38, 78)), (0.32, (86, 66, 108)), (0.6, (178, 92, 92)),
            (0.82, (236, 142, 80)), (1.0, (252, 190, 104)),
        ),
        sun=(255, 226, 158), key=(255, 178, 112), fill=(78, 62, 88), haze=(216, 132, 98), deep=(42, 36, 62),
        low=True, lamps_on=True,
    ),
    "night": Light(
        sky=((0.0, (11, 18, 40)), (0.42, (24, 38, 72)), (0.78, (56, 72, 110)), (1.0, (112, 110, 128))),
        sun=(226, 232, 244), key=(118, 132, 166), fill=(36, 46, 74), haze=(72, 82, 112), deep=(10, 18, 36),
        thickness=0.9, lamps_on=True,
    ),
    "storm": Light(
        sky=((0.0, (46, 54, 64)), (0.4, (84, 94, 102)), (0.75, (136, 144, 146)), (1.0, (186, 190, 180))),
        sun=(232, 232, 216), key=(198, 204, 204), fill=(86, 96, 104), haze=(150, 158, 158), deep=(40, 56, 62),
        thickness=1.15,
    ),
    "dust": Light(
        sky=((0.0, (156, 134, 108)), (0.4, (190, 164, 128)), (0.75, (220, 194, 154)), (1.0, (234, 212, 174))),
        sun=(255, 244, 218), key=(255, 232, 196), fill=(136, 116, 96), haze=(224, 200, 162), deep=(112, 100, 84),
        thickness=1.2,
    ),
}  # fmt: skip
