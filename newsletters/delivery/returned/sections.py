"""A mail taken apart as far as it can be: what comes back was written by all sorts of programs, and cut by others."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message as Part
from typing import NamedTuple

# Reports whose fields stand in blocks, as the standard library hands them on.
_BLOCKS = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")


class Section(NamedTuple):
    """The head or the text of a part, under the part's type; what a report is about comes after ``message/rfc822``."""

    kind: str
    text: str
    is_head: bool = False


def sections_of(raw: bytes) -> list[Section]:
    """The mail's head first, then every part in its order. Raises nothing, whatever the bytes are."""
    try:
        return list(_sections(message_from_bytes(raw, policy=policy.compat32)))
    except Exception:
        # No parser takes everything, and what none takes may still hold a code and an id of ours.
        head, _gap, text = raw.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")
        return [Section("text/plain", head, is_head=True), Section("text/plain", text)]


def _sections(mail: Part) -> Iterator[Section]:
    waiting: list[tuple[Part, str]] = [(mail, "")]
    while waiting:
        part, within = waiting.pop(0)
        kind = within or part.get_content_type()
        yield Section(kind, "\n".join(f"{name}: {value}" for name, value in part.items()), is_head=True)
        payload = part.get_payload()
        if isinstance(payload, list):
            parts = [each for each in payload if isinstance(each, Part)]
            waiting[:0] = [(each, kind if kind in _BLOCKS else "") for each in parts]
        else:
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(payload or "")
            yield Section(kind, text.replace("\r\n", "\n"))
