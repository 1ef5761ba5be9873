"""Records that are lists of tags, ``v=DMARC1; p=none``, as DKIM and DMARC write them (RFC 6376 §3.2)."""

from __future__ import annotations


def tags_of(record: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
