"""Cuts the faces in static/fonts/ from the whole ones:  python bin/cut-faces.py SOURCES

Nothing runs this but who changes a face. It needs fontTools and brotli, and SOURCES as static/fonts/README.md says. It
prints the ranges of letters that static/css/tokens.css names.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
Letters = frozenset[int]


def letters(*parts: str | int | tuple[int, int]) -> Letters:
    """Characters themselves, their numbers, and ranges of those."""
    found: set[int] = set()
    for part in parts:
        if isinstance(part, str):
            found.update(map(ord, part))
        elif isinstance(part, int):
            found.add(part)
        else:
            found.update(range(part[0], part[1] + 1))
    return frozenset(found)


# Directions and joints of Arabic text: no face is fetched for what is not seen.
CONTROLS = letters((0x200C, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F))
# What nearly every page in English or Turkish is written with.
ASCII = letters((0x20, 0x7E), 0xA0, 0xAD, 0x2009, 0x200A, 0x202F, 0x2011, "£©«·»–—‘’“”…€₺")
LATIN = ASCII | letters("ÇçĞğİıÖöŞşÜüÂâÎîÛûéèáäñ")
# What an Arabic page has besides: figures, names, and how Turkish calls itself.
BESIDE_ARABIC = ASCII | letters("üç")
# Other western names, transliterations, and signs.
MORE = (
    (
        letters((0xA1, 0xFF), "ŒœŠšŽžĆćČčŁłŃńŚśĀāĒēĪīŌōŪū", (0x2BB, 0x2BF), 0x2C6, 0x2DA, 0x2DC, (0x2000, 0x200B))
        | letters((0x2010, 0x206F), "™←↑→↓−∕")
    )
    - LATIN
    - CONTROLS
)
ALL_LATIN = letters((0x80, 0x2FF), (0x300, 0x330), (0x1E00, 0x1E9F), (0x1EF2, 0x1EFF), (0x2000, 0x221F))
REST = ALL_LATIN - LATIN - MORE - CONTROLS
# Modern Arabic with its figures, and the letters that names from Persian bring.
ARABIC = letters("،؛؟ٰٱپچژڤکگی", (0x621, 0x63A), (0x640, 0x652), (0x660, 0x66C), (0x200C, 0x200D))
ALL_ARABIC = letters((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))

JOINED = ["ccmp", "fina", "init", "liga", "locl", "medi", "rlig", "calt", "mark", "mkmk", "kern"]
PLAIN = ["liga", "ccmp", "locl", "tnum", "mark", "mkmk"]
KERNED = [*PLAIN, "kern"]
# Nothing on the site is lighter or heavier, and no serif text is smaller.
WEIGHTS = (400, 650)
SIZES = (20, 60)


@dataclass(frozen=True)
class Cut:
    """A file to make: from which source, where to, its letters, its features and what is left of the axes."""

    source: str
    target: str
    letters: Letters
    features: list[str]
    axes: dict[str, float | tuple[float, float]]


def cuts() -> list[Cut]:
    serif, italic, sans = "SourceSerif4[opsz,wght].ttf", "SourceSerif4-Italic[opsz,wght].ttf", "InterVariable.woff2"
    parts = {"latin": LATIN, "latin-more": MORE, "latin-ext": REST}
    wide: dict[str, float | tuple[float, float]] = {"wght": WEIGHTS, "opsz": SIZES}
    found: list[Cut] = []
    for name, part in parts.items():
        found += [
            Cut(serif, f"source-serif-4/{name}", part, KERNED, wide),
            Cut(italic, f"source-serif-4/{name}-italic", part, KERNED, {"wght": 400, "opsz": 20}),
            Cut(sans, f"inter/{name}", part, KERNED, {"wght": WEIGHTS, "opsz": 14}),
        ]
    found += [
        Cut(serif, "source-serif-4/beside-arabic", BESIDE_ARABIC, PLAIN, {"wght": WEIGHTS, "opsz": 20}),
        Cut(sans, "inter/beside-arabic", BESIDE_ARABIC, PLAIN, {"wght": WEIGHTS, "opsz": 14}),
    ]
    for name in ("noto-naskh-arabic", "readex-pro"):
        weights: dict[str, float | tuple[float, float]] = {"wght": WEIGHTS}
        found += [
            # With a space, which share pictures set in the face of the word before it.
            Cut(f"{name}.woff2", f"{name}/arabic", ARABIC | letters(" "), JOINED, weights),
            Cut(f"{name}.woff2", f"{name}/arabic-ext", ALL_ARABIC - ARABIC, JOINED, weights),
        ]
    return found


def make(cut: Cut, sources: Path) -> int:
    """Write the file; answers its size in bytes."""
    font = TTFont(sources / cut.source)
    options = Options(layout_features=cut.features, hinting=False, notdef_outline=True, glyph_names=False)
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=cut.letters)
    subsetter.subset(font)
    whole = io.BytesIO()
    font.flavor = None
    font.save(whole)
    font = instantiateVariableFont(TTFont(whole), cut.axes)
    if cut.target.startswith("source-serif-4/"):
        rename(font)
    font.flavor = "woff2"
    target = FONTS / f"{cut.target}.woff2"
    font.save(target)
    return target.stat().st_size


def rename(font: TTFont) -> None:
    """Source is a reserved font name, which no cut may bear (OFL 1.1, condition 3)."""
    names = {1: "Newsroom Serif", 3: "Newsroom Serif", 4: "Newsroom Serif", 6: "NewsroomSerif", 16: "Newsroom Serif"}
    names[25] = "NewsroomSerif"
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]


def ranges(of: Letters) -> str:
    """As CSS names them."""
    runs = [[number for _place, number in run] for _key, run in groupby(enumerate(sorted(of)), lambda p: p[1] - p[0])]
    return ", ".join(f"U+{run[0]:X}" if len(run) == 1 else f"U+{run[0]:X}-{run[-1]:X}" for run in runs)


def main() -> None:
    for cut in cuts():
        sys.stdout.write(f"{cut.target} {make(cut, Path(sys.argv[1]))}\n")
    parts = {"latin": LATIN, "latin-more": MORE, "latin-ext": REST, "beside-arabic": BESIDE_ARABIC}
    parts |= {"arabic": ARABIC, "arabic-ext": ALL_ARABIC - ARABIC}
    for name, part in parts.items():
        sys.stdout.write(f"{name}: {ranges(part)}\n")


if __name__ == "__main__":
    main()
