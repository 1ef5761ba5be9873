"""Reviews as letters: each block is encoded once, and a member's own is joined of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from newsletters.delivery.dkim import Signer
from newsletters.delivery.stencils import Cover, Holes, Sheet, Stencil
from newsletters.digests import printing
from newsletters.digests.blocks import Piece, layout
from newsletters.models import Edition, Variant
from newsletters.substitution import Places

# From text and HTML with places for links to the same with links.
Led = Callable[[str, str], tuple[str, str]]


class Assembly:
    """Blocks of an edition, of which any number of variants are made. ``sheet`` is a letter without words."""

    def __init__(self, pieces: Mapping[str, Piece], sheet: Sheet, places: Places, signer: Signer | None = None) -> None:
        self._pieces, self._sheet, self._places = pieces, sheet, places
        self._cover = Cover(sheet, places, signer)
        self._quoted: dict[str, tuple[Holes, Holes]] = {}

    def stencil(self, items: Iterable[int], reasons: Iterable[str]) -> Stencil:
        """The variant with these stories, for these reasons."""
        keys = list(layout(list(items), list(reasons)))
        chosen = [self._pieces[key] for key in keys]
        sheet = replace(
            self._sheet, text="".join(piece.text for piece in chosen), html="".join(piece.html for piece in chosen)
        )
        encoded = [self._encoded(key) for key in keys]
        texts = [text for (text, _html), piece in zip(encoded, chosen, strict=True) if piece.text]
        body = self._cover.body_of(Holes.joined_text(texts), Holes.joined_text(html for _text, html in encoded))
        return Stencil(sheet, self._places, cover=self._cover, body=body)

    def _encoded(self, key: str) -> tuple[Holes, Holes]:
        if key not in self._quoted:
            piece, tokens = self._pieces[key], self._cover.tokens
            self._quoted[key] = Holes.of(piece.text, tokens), Holes.of(piece.html, tokens)
        return self._quoted[key]


class Reviews:
    """A review's variants, of whichever blocks they were assigned with. ``led`` gives a block's words their links."""

    def __init__(self, edition: Edition, sheet: Sheet, places: Places, signer: Signer | None, led: Led) -> None:
        self._edition, self._sheet, self._places, self._signer, self._led = edition, sheet, places, signer, led
        self._of_the_blocks_since = lru_cache(maxsize=2)(self._assembly)

    def stencil(self, variant: Variant) -> Stencil:
        since = self._beginnings[bisect_right(self._beginnings, variant.number) - 1]
        return self._of_the_blocks_since(since).stencil(variant.items, variant.reasons)

    @cached_property
    def _beginnings(self) -> list[int]:
        return printing.beginnings(self._edition)

    def _assembly(self, since: int) -> Assembly:
        sheet = replace(self._sheet, number=since)
        kept = printing.kept(self._edition, since)
        pieces = {key: Piece(*self._led(piece.text, piece.html)) for key, piece in kept.items()}
        return Assembly(pieces, sheet, self._places, self._signer)
