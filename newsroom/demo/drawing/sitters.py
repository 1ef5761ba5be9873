"""Who sits for a portrait: what the alternative text says of them, turned into what to draw."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from newsroom.demo.drawing.light import RGB
from newsroom.demo.drawing.specs import PictureSpec

HAIR: dict[str, RGB] = {
    "grey": (150, 152, 156),
    "silver": (70, 66, 70),
    "black": (34, 30, 34),
    "dark": (44, 34, 34),
    "chestnut": (110, 60, 40),
    "red-brown": (138, 74, 44),
    "brown": (86, 58, 42),
    "fair": (202, 172, 126),
}
STYLES: tuple[tuple[str, str], ...] = (
    ("headscarf", "headscarf"),
    ("close-cropped", "cropped"),
    ("cropped", "cropped"),
    ("plait", "plait"),
    ("tied back", "tied"),
    ("thinning", "thinning"),
    ("curly", "curly"),
    ("wavy", "wavy"),
    ("bob", "bob"),
    ("shoulder-length", "long"),
    ("silver-streaked", "long"),
    ("long", "long"),
)
CLOTHES: tuple[tuple[str, str], ...] = (
    ("a tie", "tie"),
    ("open collar", "collar"),
    ("linen jacket", "linen"),
    ("wool jacket", "wool"),
    ("turtleneck", "turtleneck"),
    ("green scarf", "scarf"),
)
SKINS: dict[str, RGB] = {
    "fair": (240, 205, 180),
    "olive": (224, 180, 146),
    "tan": (206, 156, 120),
    "brown": (172, 120, 86),
    "deep": (118, 78, 58),
}
# Complexion is nothing a caption should remark on, so it is cast here.
COMPLEXION: dict[str, str] = {
    "portrait-hannah-okoro": "deep",
    "portrait-priya-venkat": "brown",
    "portrait-thomas-ellery": "fair",
    "portrait-jonas-reiter": "fair",
    "portrait-idris-benkhaled": "tan",
    "portrait-hayder-sahlan": "tan",
    "portrait-mina-wahba": "tan",
    "portrait-dalal-almutairan": "olive",
    "portrait-emre-gunalp": "olive",
}


@dataclass(frozen=True)
class Sitter:
    """``jaw`` and ``lips`` are widths against the usual one, ``brow`` how far the outer ends are raised, in
    pixels; ``dye`` picks among the colours a garment comes in."""

    woman: bool
    skin: RGB
    hair: RGB
    style: str
    clothes: str
    glasses: str = ""
    beard: str = ""
    earrings: bool = False
    weathered: bool = False
    streaked: bool = False
    jaw: float = 1.0
    lips: float = 1.0
    brow: float = 0.0
    dye: int = 0


def sitter_for(spec: PictureSpec) -> Sitter:
    """Read a sitter from the alternative text; what it leaves open is settled by the slug, always in the same way."""
    rng = Random(spec.slug)
    woman = spec.promises("woman")
    hair = next((colour for word, colour in HAIR.items() if spec.promises(word)), HAIR["black"])
    default = "short" if not woman or spec.promises("short") else "long"
    style = next((style for words, style in STYLES if spec.promises(words)), default)
    clothes = next(
        (clothes for words, clothes in CLOTHES if spec.promises(words)),
        rng.choice(("blazer", "blouse")) if woman else "blazer",
    )
    tone = COMPLEXION.get(spec.slug) or rng.choice(("olive", "olive", "tan", "fair"))
    return Sitter(
        woman=woman,
        skin=SKINS[tone],
        hair=hair,
        style=style,
        clothes=clothes,
        glasses=_glasses(spec),
        beard=_beard(spec),
        earrings=spec.promises("earrings"),
        weathered=spec.promises("weathered") or spec.promises("grey"),
        streaked=spec.promises("silver-streaked"),
        jaw=rng.uniform(0.9, 1.01),
        lips=rng.uniform(0.88, 1.1),
        brow=rng.uniform(-4, 5),
        dye=sum(spec.slug.encode()) % 4,
    )


def _glasses(spec: PictureSpec) -> str:
    if not spec.promises("glasses"):
        return ""
    return "round" if spec.promises("round") else "square"


def _beard(spec: PictureSpec) -> str:
    if spec.promises("moustache"):
        return "moustache"
    if not spec.promises("beard"):
        return ""
    return "short" if spec.promises("short") else "full"
