"""Names that run the other way than the letter around them."""

from __future__ import annotations

from unicodedata import bidirectional

from django.utils import translation

_FIRST_STRONG_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_STRONG = {"L": False, "R": True, "AL": True}


def isolated(name: str) -> str:
    """The name as it is put into a sentence of the active language; set apart where it runs the other way.

    Without that, a bracket at its end jumps to its beginning (Unicode Standard Annex 9, section 2.4). Marks of the
    text itself serve subjects and plain text too, which know no elements.
    """
    first = next((_STRONG[kind] for kind in map(bidirectional, name) if kind in _STRONG), None)
    if first is None or first == translation.get_language_bidi():
        return name
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP}"
