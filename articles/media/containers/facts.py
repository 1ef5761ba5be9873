"""What is found in a file, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


class RecordingError(Exception):
    """Why a file is not taken, as a sentence that says what to do."""


@dataclass(frozen=True)
class Facts:
    """``extension`` is the one the file is kept under; ``seconds`` is None where the file does not say, and film has a
    width and a height in pixels as it is shown."""

    extension: str
    seconds: float | None
    width: int = 0
    height: int = 0

    @property
    def is_video(self) -> bool:
        return self.width > 0


def damaged() -> RecordingError:
    return RecordingError(_("This file is damaged: part of it is missing. Export it again."))
