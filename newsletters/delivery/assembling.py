"""Reviews as letters: each block is encoded once, and a member's own is joined of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from newsletters.delivery.dkim import Signer
from newsletters.delivery.stencils import Cover, Holes, Sheet, Stencil, Tokens
from newsletters.digests import printing
from newsletters.digests.blocks import FOOT, Piece, layout
from newsletters.models import Edition, Variant
from newsletters.substitution import Places

# From text and HTML with places for links to the same with links.
Led = Callable[[str, str], tuple[str, str]]


class Assembly:
    """Blocks of an edition, of which any number of variants are made. ``sheet`` is a letter without words."""

    def __init__(self, pieces: Mapping[str, Piece], sheet: Sheet, places: Places, signer: Signer | None = None) -> None:
        self._pieces, self._sheet = pieces, sheet
        self.places, self.cover = places, Cover(sheet, places, signer)
        self._encoded: dict[str, tuple[Holes | None, Holes | None]] = {}

    def stencil(self, items: Sequence[int], reasons: Sequence[str]) -> Stencil:
        """The variant with these stories, for these reasons."""
        return _Assembled(self, list(layout(items, reasons)))

    def sheet(self, keys: Iterable[str]) -> Sheet:
        """The letter of these blocks, in plain words."""
        chosen = [self._pieces[key] for key in keys]
        text, html = "".join(piece.text for piece in chosen), "".join(piece.html for piece in chosen)
        return replace(self._sheet, text=text, html=html)

    def body(self, keys: Iterable[str]) -> Holes:
        """The same, encoded."""
        chosen = [self._encoded.get(key) or self._encode(key) for key in keys]
        return self.cover.body_of([text for text, _html in chosen if text], [html for _text, html in chosen if html])

    def _encode(self, key: str) -> tuple[Holes | None, Holes | None]:
        encoded = self._encoded[key] = _encoded(self._pieces[key], self.cover.tokens, ends=key == FOOT)
        return encoded


class _Assembled(Stencil):
    """What is needed of it is made when it is needed: a provider wants no bytes, and a line no sheet."""

    def __init__(self, assembly: Assembly, keys: Sequence[str]) -> None:
        self._assembly, self._keys = assembly, keys
        self.places, self.cover = assembly.places, assembly.cover

    @cached_property
    def sheet(self) -> Sheet:  # type: ignore[override]
        return self._assembly.sheet(self._keys)

    @cached_property
    def body(self) -> Holes:  # type: ignore[override]
        return self._assembly.body(self._keys)


class Reviews:
    """A review's variants, of whichever blocks they were assigned with. ``sheet`` is a letter without words and without
    a subject, which each variant has of its own. ``led`` gives a block's words their links."""

    def __init__(self, edition: Edition, sheet: Sheet, places: Places, signer: Signer | None, led: Led) -> None:
        self._edition, self._sheet, self._places, self._signer, self._led = edition, sheet, places, signer, led
        self._of_the_blocks_since = lru_cache(maxsize=2)(self._assembly)

    def stencil(self, variant: Variant) -> Stencil:
        since = self._beginnings[bisect_right(self._beginnings, variant.number) - 1]
        return self._of_the_blocks_since(since, variant.subject).stencil(variant.items, variant.reasons)

    @cached_property
    def _beginnings(self) -> list[int]:
        return printing.beginnings(self._edition)

    def _assembly(self, since: int, subject: str) -> Assembly:
        sheet = replace(self._sheet, number=since, subject=subject)
        kept = printing.kept(self._edition, since)
        pieces = {key: Piece(*self._led(piece.text, piece.html)) for key, piece in kept.items()}
        return Assembly(pieces, sheet, self._places, self._signer)


def _encoded(piece: Piece, tokens: Tokens, *, ends: bool) -> tuple[Holes | None, Holes | None]:
    """Both parts; None for one that says nothing."""
    text, html = (Holes.of(part, tokens, ends=ends) if part else None for part in piece)
    return text, html
