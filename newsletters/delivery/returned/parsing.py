"""What a mail that came back says, and of which row of ours. Pure; whatever the bytes are, nothing is raised.

Reports on delivery are RFC 3464 and, before there was one, words; complaints are RFC 5965. Whom a report names in its
own words counts for nothing, for anybody can write that: only our own ids do, which nobody can guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletters import tokens
from newsletters.delivery.afterwards import About, named
from newsletters.delivery.outcomes import in_one_line
from newsletters.delivery.returned import return_paths
from newsletters.delivery.returned.sections import Section, sections_of

# More than any report needs; the letter it is about may hang on it.
LARGEST = 256 * 1024

_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_FULL_CODE = re.compile(r"\b([45]\d\d)[ -]#?([45]\.\d{1,3}\.\d{1,3}\b.*)")
_CODE = re.compile(r"\b([45][0-5]\d)\b[ -]*(.*)")
_BARE_STATUS = re.compile(r"#?\b([45]\.\d{1,3}\.\d{1,3})\b[)\]]?[ :-]*(.*)")
_OUR_ID = re.compile(r"\b(?:e[0-9a-f]{32}\.[0-9a-f]{32}|m[0-9a-f]{32})@")
_UNSUBSCRIBING = re.compile(r"/newsletters/unsubscribe/([\w-]{40,100})")
_BY_A_MAILER = re.compile(r"mailer-daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)
# Where those who write in words put the letter that came back.
_LETTER = re.compile(r"^--.{0,80}?(?:original|copy|returned)|^.{0,20}this is a copy of", re.IGNORECASE | re.MULTILINE)
_STILL_TRIED = re.compile(r"delayed|warning|will (?:be retried|keep trying|retry)|still trying", re.IGNORECASE)
_STATUS_KINDS = {"message/delivery-status", "message/global-delivery-status"}


class Kind(StrEnum):
    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"
    COMPLAINED = "complained"
    LEFT = "left"
    ANSWERED = "answered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Returned:
    """``abouts`` are rows it may be about, the surest first; ``said`` what a mail server said: its code, then words."""

    kind: Kind
    abouts: tuple[About, ...]
    said: str = ""


_ACTIONS = {
    "failed": Kind.FAILED,
    "delayed": Kind.DELAYED,
    "delivered": Kind.ARRIVED,
    "relayed": Kind.ARRIVED,
    "expanded": Kind.ARRIVED,
}
_BY_CLASS = {"5": Kind.FAILED, "4": Kind.DELAYED, "2": Kind.ARRIVED}
# Any other feedback is none: a signature that did not hold, or that it was no spam.
_FEEDBACK = {"abuse": Kind.COMPLAINED, "fraud": Kind.COMPLAINED, "virus": Kind.COMPLAINED, "other": Kind.COMPLAINED,
             "opt-out": Kind.LEFT, "opt-out-list": Kind.LEFT}  # fmt: skip


def read(raw: bytes, delivered_to: str = "") -> Returned:
    """What the mail says. ``delivered_to`` is the address it came to, where the mail server tells."""
    sections = sections_of(raw[:LARGEST])
    kind, said = _told(sections)
    return Returned(kind, tuple(_abouts(delivered_to, sections)), in_one_line(said))


def _told(sections: Sequence[Section]) -> tuple[Kind, str]:
    head = _fields(sections[0].text)
    feedback = _fields("\n".join(each.text for each in sections if each.kind == "message/feedback-report"))
    if "feedback-type" in feedback:
        return _FEEDBACK.get(feedback["feedback-type"].lower(), Kind.UNKNOWN), feedback.get("user-agent", "")
    status = _of_status([each.text for each in sections if each.kind in _STATUS_KINDS])
    if status is not None:
        return status
    return _of_words(head, _words(sections))


def _of_status(blocks: Sequence[str]) -> tuple[Kind, str] | None:
    """By the fields of RFC 3464; of several recipients, which a copy of ours does not have, by the worst off."""
    found = [told for block in "\n\n".join(blocks).split("\n\n") if (told := _of_block(_fields(block))) is not None]
    order = [Kind.FAILED, Kind.ARRIVED, Kind.DELAYED]
    return min(found, key=lambda told: order.index(told[0])) if found else None


def _of_block(fields: dict[str, str]) -> tuple[Kind, str] | None:
    status = _STATUS.search(fields.get("status", ""))
    action = fields.get("action", "").split(" ")[0].lower()
    kind = _ACTIONS.get(action) or (_BY_CLASS[status[1]] if status else None)
    if kind is None:
        return None
    words = fields.get("diagnostic-code", "").partition(";")
    return kind, _said(status[0] if status else "", words[2].strip() or words[0])


def _said(status: str, words: str) -> str:
    """Code, enhanced code and words, whichever of them there are: what the server said itself comes first."""
    if full := _FULL_CODE.search(words):
        return f"{full[1]} {full[2]}"
    code = _CODE.match(words)
    if not status:
        return words
    return f"{code[1] if code else f'{status[0]}50'} {status} {code[2] if code else words}"


def _of_words(head: dict[str, str], words: str) -> tuple[Kind, str]:
    """By who writes and, of mail servers, by what they write: that it takes longer comes from them too."""
    report = head.get("content-type", "").lower()
    is_given_up = "x-failed-recipients" in head
    said = _code_in(words)
    if is_given_up or "delivery-status" in report or _BY_A_MAILER.search(head.get("from", "")):
        is_over = is_given_up or said.startswith("5") or not _STILL_TRIED.search(f"{head.get('subject', '')} {words}")
        return (Kind.FAILED if is_over else Kind.DELAYED), said
    if _is_automatic(head) or "disposition-notification" in report:
        return Kind.ANSWERED, ""
    return (Kind.FAILED, said) if said and head.get("return-path", "").strip() == "<>" else (Kind.UNKNOWN, "")


def _words(sections: Sequence[Section]) -> str:
    """What is written before the letter itself."""
    texts = []
    for section in sections:
        if section.kind.startswith("message/") or section.kind == "text/rfc822-headers":
            break
        if section.kind.startswith("text/") and not section.is_head:
            texts.append(_LETTER.split(section.text, maxsplit=1)[0])
    return "\n".join(texts)


def _code_in(words: str) -> str:
    """The first code, and the rest of its line; empty where there is none."""
    if full := _FULL_CODE.search(words):
        return f"{full[1]} {full[2]}"
    if bare := _BARE_STATUS.search(words):
        return f"{bare[1][0]}50 {bare[1]} {bare[2]}"
    code = _CODE.search(words)
    return f"{code[1]} {code[2]}" if code else ""


def _is_automatic(head: dict[str, str]) -> bool:
    """RFC 3834 §5, and what was there before it."""
    is_marked = head.get("auto-submitted", "no").split(";")[0].strip().lower() != "no"
    return is_marked or "x-autoreply" in head or "x-autorespond" in head or "auto_reply" in head.get("precedence", "")


def _abouts(delivered_to: str, sections: Sequence[Section]) -> Iterator[About]:
    """By the address it came to, by our Message-ID, and last by a link out of the letter."""
    texts = [delivered_to, *(section.text for section in sections)]
    yield from dict.fromkeys(about for text in texts for about in return_paths.read(text))
    for text in texts:
        yield from (about for found in _OUR_ID.findall(text) if (about := named(found)) is not None)
    for text in texts:
        for token in _UNSUBSCRIBING.findall(text):
            try:
                yield About(recipient=tokens.read_unsubscribing(token)[0])
            except tokens.BadToken:
                continue


def _fields(text: str) -> dict[str, str]:
    """The first of each name, in lower case; a value in one line."""
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name.lower(), " ".join(value.split()))
    return found
