"""Type set onto pictures: the house's own faces, lines that break and fit, in both directions of writing.

Pillow shapes one run in one face (HarfBuzz, FriBidi). The web fonts hold a script each, so a line is cut here into runs
of one face and one direction, and those are put side by side in the order one sees: the part of the Unicode
bidirectional algorithm (UAX #9) that headlines need, without nested embeddings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from PIL import ImageDraw, ImageFont

FONTS = settings.BASE_DIR / "static" / "fonts"
# What no font has and every font answers with its empty box.
_MISSING = "\uffff"
_PROBE = 20


@dataclass(frozen=True)
class Face:
    """A face of the house: the files that together have its letters, how heavy, and how much larger Arabic is set."""

    files: tuple[str, ...]
    weight: int
    arabic_scale: float = 1.0

    def font(self, file: str, size: int) -> ImageFont.FreeTypeFont:
        scale = self.arabic_scale if "/arabic" in file else 1.0
        return _font(file, round(size * scale), self.weight)

    def files_for(self, text: str) -> list[str]:
        """For each letter the first file that has it; the first of all, with its empty box, where none has.

        A mark stays with the letter that carries it, and a space with the word before it, so that a line is shaped in
        pieces as long as can be.
        """
        found: list[str] = []
        for letter in text:
            if found and _is_mark(letter):
                found.append(found[-1])
                continue
            known = found[-1:] if letter == " " else []
            found.append(next((file for file in (*known, *self.files) if _has(file, letter)), self.files[0]))
        return found


_LATIN, _ARABIC = ("latin", "latin-more", "latin-ext"), ("arabic", "arabic-ext")
SERIF = Face(
    (*(f"source-serif-4/{part}" for part in _LATIN), *(f"noto-naskh-arabic/{part}" for part in _ARABIC)),
    weight=620,
    arabic_scale=1.12,
)
SANS = Face((*(f"inter/{part}" for part in _LATIN), *(f"readex-pro/{part}" for part in _ARABIC)), weight=600)


@dataclass(frozen=True)
class Run:
    """Letters of one font and one direction (``ltr`` or ``rtl``)."""

    text: str
    font: ImageFont.FreeTypeFont
    direction: str

    @property
    def width(self) -> float:
        return self.font.getlength(self.text, direction=self.direction)


@dataclass(frozen=True)
class Setting:
    """How a line is set: face, size in pixels, the direction it reads in, and what is added between Latin letters."""

    face: Face
    size: int
    is_rtl: bool = False
    tracking: float = 0.0

    def runs(self, text: str) -> list[Run]:
        """The line from left to right, as one sees it."""
        parts = list(_directed(text, self.is_rtl))
        seen: list[Run] = []
        for part, is_rtl in reversed(parts) if self.is_rtl else parts:
            runs = [Run(piece, self._font(file), "rtl" if is_rtl else "ltr") for file, piece in self._by_file(part)]
            seen += reversed(runs) if is_rtl else runs
        return seen

    def width(self, text: str) -> float:
        return sum(run.width + self._added(run) for run in self.runs(text))

    def draw(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: str) -> None:
        """Set a line. ``at`` is the point on the base line where reading begins: the right end of a line in Arabic."""
        x, y = at
        x -= self.width(text) if self.is_rtl else 0
        for run in self.runs(text):
            draw.text((x, y), run.text, fill=fill, font=run.font, anchor="ls", direction=run.direction)
            x += run.width + self._added(run)

    def _by_file(self, part: str) -> Iterator[tuple[str, str]]:
        for file, pairs in groupby(zip(self.face.files_for(part), part, strict=True), key=lambda pair: pair[0]):
            piece = "".join(letter for _file, letter in pairs)
            if self.tracking and "/arabic" not in file:
                yield from ((file, letter) for letter in piece)
            else:
                yield file, piece

    def _added(self, run: Run) -> float:
        return self.tracking if run.direction == "ltr" else 0.0

    def _font(self, file: str) -> ImageFont.FreeTypeFont:
        return self.face.font(file, self.size)


@dataclass(frozen=True)
class Block:
    """Lines that fit their box, and how they are set."""

    lines: tuple[str, ...]
    setting: Setting


def fit(text: str, face: Face, box: tuple[float, float], sizes: range, *, is_rtl: bool, leading: float) -> Block:
    """``text`` at the largest of ``sizes`` (from large to small) at which it fits ``box``, a width and a height.

    What does not fit at the smallest one either ends with an ellipsis.
    """
    width, height = box
    for size in sizes:
        setting = Setting(face, size, is_rtl)
        lines = _broken(text, setting, width)
        if len(lines) * size * leading <= height and all(setting.width(line) <= width for line in lines):
            return Block(tuple(lines), setting)
    most = max(1, int(height // (sizes[-1] * leading)))
    return Block(tuple(_shortened(lines, most, setting, width)), setting)


def _broken(text: str, setting: Setting, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and setting.width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shortened(lines: list[str], most: int, setting: Setting, width: float) -> list[str]:
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1]}…"
    return [_cut(line, setting, width) for line in kept]


def _cut(line: str, setting: Setting, width: float) -> str:
    while len(line) > 1 and setting.width(line) > width:
        line = f"{line.rstrip('…')[:-1].rstrip()}…"
    return line


def _directed(text: str, is_rtl: bool) -> Iterator[tuple[str, bool]]:
    """Stretches of one direction in the order they are read; what has none of its own goes with what stands around."""
    strong = _strong(text)
    directions = [_around(strong, index, is_rtl) for index in range(len(text))]
    for direction, pairs in groupby(zip(text, directions, strict=True), key=lambda pair: pair[1]):
        yield "".join(letter for letter, _direction in pairs), direction


def _strong(text: str) -> list[bool | None]:
    """For each letter whether it reads from the right; a figure goes on in the direction of the letter before it."""
    found: list[bool | None] = []
    last: bool | None = None
    for character in text:
        kind = unicodedata.bidirectional(character)
        own = {"L": False, "R": True, "AL": True}.get(kind)
        last = own if own is not None else last
        found.append(own if own is not None else (last if kind in {"EN", "AN", "NSM"} else None))
    return found


def _around(strong: list[bool | None], index: int, is_rtl: bool) -> bool:
    own = strong[index]
    if own is not None:
        return own
    before = next((known for known in reversed(strong[:index]) if known is not None), is_rtl)
    after = next((known for known in strong[index:] if known is not None), is_rtl)
    return before if before == after else is_rtl


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Cf"}


@lru_cache(maxsize=4096)
def _has(file: str, character: str) -> bool:
    """Asked of the letter as it is: shaping would set a mark that stands alone onto a circle."""
    probe = _probe(file)
    return bytes(probe.getmask(character)) != bytes(probe.getmask(_MISSING))


@lru_cache(maxsize=16)
def _probe(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{file}.woff2"), _PROBE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def _font(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / f"{file}.woff2"), size, layout_engine=ImageFont.Layout.RAQM)
    wanted = {b"Weight": weight, b"Optical Size": size}
    font.set_variation_by_axes([_held(axis, wanted) for axis in font.get_variation_axes()])
    return font


def _held(axis: ImageFont.Axis, wanted: dict[bytes, int]) -> float:
    low, high = axis["minimum"] or 0, axis["maximum"] or 0
    return max(low, min(high, wanted.get(axis["name"] or b"", axis["default"] or 0)))
