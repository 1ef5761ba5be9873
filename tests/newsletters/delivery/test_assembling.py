"""A letter joined of blocks that were encoded once is the letter that would have been encoded whole."""

from __future__ import annotations

from email import message_from_bytes, policy

import dkim
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters.delivery.assembling import Assembly
from newsletters.delivery.copies import Copy
from newsletters.delivery.dkim import Signer
from newsletters.delivery.stencils import Sheet, Stencil
from newsletters.digests.blocks import Piece, layout
from tests.newsletters.delivery.test_stencils import AT, EDITION, HEADERS, KEY, PLACES, READER, _record, texts

SHEET = Sheet(EDITION, 1, "The Corniche <news@corniche.example>", "The Review", "", "", AT, headers=HEADERS)
COPY = Copy(1, READER, "ann@example.org", "example.org", attempts=0, variant=1)
ITEMS, REASONS = [3, 5, 8], ["pinned", "ranked:1:1", "filling"]


def blocks(parts: list[str]) -> dict[str, Piece]:
    return {key: Piece(parts[place % len(parts)], parts[-place % len(parts)]) for place, key in enumerate(LAYOUT)}


LAYOUT = list(layout(ITEMS, REASONS))


@settings(deadline=None, max_examples=60)
@given(st.lists(texts, min_size=1, max_size=9))
def test_blocks_side_by_side_read_as_one_text(parts):
    pieces = blocks(parts)
    stencil = Assembly(pieces, SHEET, PLACES).stencil(ITEMS, REASONS)
    content = stencil.fill(COPY)
    whole = Stencil(stencil.sheet, PLACES).fill(COPY)
    joined, by_itself = (message_from_bytes(each, policy=policy.default) for each in (content, whole))
    for kind in ("plain", "html"):
        one, other = (each.get_body([kind]).get_payload(decode=True) for each in (joined, by_itself))
        assert one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
    assert content.isascii()
    body = content.split(b"\r\n\r\n", 1)[1].split(b"\r\n")
    assert not any(line.startswith(b".") or b"\n" in line or len(line) > 76 for line in body)


def test_an_assembled_letter_is_signed_as_it_is():
    stencil = Assembly(blocks(["Tea\n", ".", ""]), SHEET, PLACES, Signer("corniche.example", "s1", KEY))
    assert dkim.verify(stencil.stencil(ITEMS, REASONS).fill(COPY), dnsfunc=_record)
