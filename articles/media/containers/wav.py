"""WAV with plain PCM, by the standard library."""

from __future__ import annotations

import wave
from typing import IO

from django.utils.translation import gettext as _

from articles.media.containers.facts import Facts, RecordingError


def read(file: IO[bytes]) -> Facts:
    file.seek(0)
    try:
        with wave.open(file, "rb") as sound:
            frames, rate = sound.getnframes(), sound.getframerate()
    except (wave.Error, EOFError, RuntimeError) as error:  # the last where a part reaches beyond the file's own end
        raise RecordingError(_("Browsers play WAV with plain PCM only. Export it as MP3 or M4A.")) from error
    return Facts("wav", frames / rate if rate else None)
