"""What a file of sound or film says of itself, read from its bytes. Nothing is decoded and its name is not asked."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from articles.media.containers import mp3, mp4, wav, webm
from articles.media.containers.facts import Facts, RecordingError

__all__ = ["Facts", "RecordingError", "read"]


def read(file: IO[bytes]) -> Facts:
    """What the file is. It is left at any place.

    Raises:
        RecordingError: it is none of the kinds that every browser plays, or it is damaged.
    """
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp":
        return mp4.read(file)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return webm.read(file)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return wav.read(file)
    facts = mp3.read(file)
    if facts is None:
        raise RecordingError(
            _("This is no recording that browsers play. Use MP3, M4A or WAV for sound, MP4 or WebM for film.")
        )
    return facts
