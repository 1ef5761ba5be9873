"""The folder of messages behind ``/inbox/``: one ``<key>.eml`` as it arrived, its envelope beside it as JSON.

A key is 20 digits of nanoseconds since 1970 and 8 random hexadecimal ones, so that keys sort by arrival.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import islice
from pathlib import Path
from typing import Any, cast

PAGE_SIZE = 50
_KEY = re.compile(r"\d{20}-[0-9a-f]{8}")


class MessageNotFound(LookupError):
    """There is no message of that key, or there is none any more."""


@dataclass(frozen=True)
class Envelope:
    """What was said beside the message: sender and recipients as the sending side named them."""

    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Attachment:
    """A part of a message that is to be saved rather than read; `number` is its place among these parts, from 0."""

    number: int
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """One message, decoded for people. `html` and `text` are None where the message has no such part."""

    key: str
    arrived_at: datetime
    envelope: Envelope
    subject: str
    sender: str
    to: str
    date: str
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class Page:
    """Some messages, newest first. `number` counts from 1."""

    messages: tuple[Message, ...]
    number: int
    has_older: bool


def store(inbox: Path, content: bytes, sender: str, recipients: Sequence[str]) -> str:
    """Keep one message and return its key. Nobody ever sees half of it: it gets its name when it is whole."""
    key = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    envelope = {"sender": sender, "recipients": list(recipients)}
    _write(inbox / f"{key}.json", json.dumps(envelope).encode())
    _write(inbox / f"{key}.eml", content)
    return key


def page(inbox: Path, number: int = 1, *, recipient: str = "", size: int = PAGE_SIZE) -> Page:
    """The page of that number, of all messages or of those to an address that contains `recipient`.

    A page beyond the last is empty.
    """
    wanted = recipient.strip().casefold()
    matching = (key for key in _keys(inbox) if not wanted or _is_to(inbox, key, wanted))
    first = (max(number, 1) - 1) * size
    keys = list(islice(matching, first, first + size + 1))
    return Page(tuple(_existing(inbox, keys[:size])), max(number, 1), has_older=len(keys) > size)


def read(inbox: Path, key: str) -> Message:
    """The message of that key. Raises MessageNotFound."""
    envelope = _envelope(inbox, key)
    # A policy of the new kind makes messages of the new kind, which the stubs cannot tell.
    parsed = cast(EmailMessage, message_from_bytes(raw(inbox, key), policy=_DECODED))
    return Message(
        key=key,
        arrived_at=datetime.fromtimestamp(int(key[:20]) / 1_000_000_000, UTC),
        envelope=envelope,
        subject=_header(parsed, "subject"),
        sender=_header(parsed, "from"),
        to=_header(parsed, "to"),
        date=_header(parsed, "date"),
        headers=tuple(_headers(parsed)),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(_attachments(parsed)),
    )


def raw(inbox: Path, key: str) -> bytes:
    """The message of that key byte for byte as it arrived. Raises MessageNotFound."""
    if not _KEY.fullmatch(key):
        raise MessageNotFound(key)
    try:
        return (inbox / f"{key}.eml").read_bytes()
    except FileNotFoundError:
        raise MessageNotFound(key) from None


def delete_all(inbox: Path) -> int:
    """Delete every message; how many there were."""
    keys = list(_keys(inbox))
    for key in keys:
        (inbox / f"{key}.eml").unlink(missing_ok=True)
        (inbox / f"{key}.json").unlink(missing_ok=True)
    return len(keys)


class _Decoded(policy.EmailPolicy):
    """The standard policy, except that a header it cannot parse is shown as it stands instead of raising."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # The parser fails in many ways on what strangers send.
            # The headers that say what a part is are asked for more than their text, so they count as absent.
            structural = name.lower().startswith("content-")
            return self.header_factory(name, "") if structural else self.header_factory("x-unparsed", value)


_DECODED = _Decoded()


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(content)
    draft.replace(path)


def _keys(inbox: Path) -> Iterator[str]:
    """The keys of all messages, newest first."""
    try:
        names = os.listdir(inbox)
    except FileNotFoundError:
        names = []
    found = (name.removesuffix(".eml") for name in names if name.endswith(".eml"))
    return iter(sorted((key for key in found if _KEY.fullmatch(key)), reverse=True))


def _existing(inbox: Path, keys: Sequence[str]) -> Iterator[Message]:
    for key in keys:
        with suppress(MessageNotFound):
            yield read(inbox, key)


def _is_to(inbox: Path, key: str, wanted: str) -> bool:
    return any(wanted in recipient.casefold() for recipient in _envelope(inbox, key).recipients)


def _envelope(inbox: Path, key: str) -> Envelope:
    if not _KEY.fullmatch(key):
        raise MessageNotFound(key)
    try:
        content = json.loads((inbox / f"{key}.json").read_bytes())
        return Envelope(str(content["sender"]), tuple(map(str, content["recipients"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Envelope("", ())


def _header(message: MIMEPart, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _headers(message: MIMEPart) -> Iterator[tuple[str, str]]:
    for name, value in message.items():
        yield name, " ".join(str(value).split())


def _body(message: MIMEPart, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return None if part is None else _decoded(part)


def _decoded(part: MIMEPart) -> str:
    """The text of a part, also when it names a character set nobody knows."""
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _attachments(message: MIMEPart) -> Iterator[Attachment]:
    parts = [part for part in message.walk() if part.get_filename() or part.get_content_disposition() == "attachment"]
    for number, part in enumerate(parts):
        content = part.get_payload(decode=True)
        yield Attachment(
            number=number,
            name=part.get_filename() or f"part-{number + 1}",
            content_type=part.get_content_type(),
            content=content if isinstance(content, bytes) else b"",
        )
