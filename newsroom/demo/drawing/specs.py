"""What a picture is asked to be: the entries of ``pictures.toml``, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PALETTES = ("dawn", "noon", "dusk", "night", "storm", "dust")


class PictureError(ValueError):
    """An entry that cannot be drawn; the message says which and what to write instead."""


@dataclass(frozen=True)
class Place:
    """A labelled point on a map, in degrees east and north."""

    label: str
    lon: float
    lat: float


@dataclass(frozen=True)
class PictureSpec:
    """One picture to draw. ``focus`` is (x, y), each 0–1 from the left and from the top."""

    slug: str
    kind: str
    palette: str = "noon"
    focus: tuple[float, float] = (0.5, 0.5)
    role: str = "story"
    alt: str = ""
    caption: str = ""
    credit: str = ""
    bbox: tuple[float, float, float, float] | None = None
    places: tuple[Place, ...] = ()
    route: tuple[str, ...] = ()
    shape: str = "line"
    values: tuple[float, ...] = ()

    def promises(self, *words: str) -> bool:
        """Whether the alternative text holds every one of ``words`` (beginnings of words count)."""
        return all(re.search(rf"\b{re.escape(word)}", self.alt, re.IGNORECASE) for word in words)


def load_specs(path: Path) -> list[PictureSpec]:
    """Read every ``[[pictures]]`` entry of a TOML file; raise `PictureError` on the first that is not understood."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("pictures", [])
    specs = [_spec(entry) for entry in entries]
    seen: set[str] = set()
    for spec in specs:
        if spec.slug in seen:
            raise PictureError(f"{path.name} lists {spec.slug!r} twice; give one of them another slug.")
        seen.add(spec.slug)
    return specs


def _spec(entry: Mapping[str, Any]) -> PictureSpec:
    name = entry.get("slug", "(no slug)")
    for key in ("slug", "kind"):
        if not isinstance(entry.get(key), str):
            raise PictureError(f"Picture {name!r} has no {key!r}; write it as a quoted text.")
    palette = entry.get("palette", "noon")
    if palette not in PALETTES:
        raise PictureError(f"Picture {name!r} asks for palette {palette!r}; choose one of {', '.join(PALETTES)}.")
    try:
        return PictureSpec(
            slug=entry["slug"],
            kind=entry["kind"],
            palette=palette,
            focus=_focus(entry.get("focus", (0.5, 0.5))),
            role=entry.get("role", "story"),
            alt=entry.get("alt", ""),
            caption=entry.get("caption", ""),
            credit=entry.get("credit", ""),
            bbox=_bbox(entry.get("bbox")),
            places=tuple(Place(p["label"], float(p["lon"]), float(p["lat"])) for p in entry.get("places", ())),
            route=tuple(entry.get("route", ())),
            shape=entry.get("shape", "line"),
            values=tuple(float(value) for value in entry.get("values", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PictureError(f"Picture {name!r} is not written as a picture should be: {error}") from error


def _focus(value: Any) -> tuple[float, float]:
    x, y = (float(part) for part in value)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(f"focus [{x}, {y}] lies outside the picture; both numbers go from 0 to 1.")
    return x, y


def _bbox(value: Any) -> tuple[float, float, float, float] | None:
    if value is None:
        return None
    west, south, east, north = (float(part) for part in value)
    if west >= east or south >= north:
        raise ValueError("bbox is [west, south, east, north] with west below east and south below north.")
    return west, south, east, north
