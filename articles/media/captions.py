"""Captions of a film in WebVTT (https://www.w3.org/TR/webvtt1/#file-structure): looked at before they are kept."""

from __future__ import annotations

import re
from typing import IO

from django.utils.translation import gettext as _

from articles.media.containers import RecordingError

MOST_BYTES = 1024 * 1024
_FIRST = re.compile(r"WEBVTT(?:[ \t].*)?")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")


def read(file: IO[bytes]) -> bytes:
    """The captions as they are kept: UTF-8 without a mark, lines ended one way.

    Raises:
        RecordingError: it is no WebVTT, or a line of it says no time that could be.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RecordingError(_("These captions are larger than 1 MB. Is it the right file?"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordingError(_("These captions are not in UTF-8. Save them as UTF-8 and upload that.")) from error
    lines = text.replace("\0", "\ufffd").splitlines()
    if not lines or not _FIRST.fullmatch(lines[0]):
        raise RecordingError(_("These are no captions in WebVTT: the first line must be WEBVTT."))
    timings = [(number, line) for number, line in enumerate(lines, 1) if "-->" in line]
    if not timings:
        raise RecordingError(_("There is no caption in this file."))
    for number, line in timings:
        if not _is_in_order(line.strip()):
            raise RecordingError(
                _("Line %(number)d of the captions names no time that could be: “%(line)s”.")
                % {"number": number, "line": line.strip()[:60]}
            )
    return ("\n".join(lines) + "\n").encode()


def _is_in_order(line: str) -> bool:
    found = _TIMING.fullmatch(line)
    return found is not None and _milliseconds(found.groups()[:4]) < _milliseconds(found.groups()[4:])


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
