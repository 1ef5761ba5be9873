"""The sizes of a picture, for the setting ``IMAGEFIELD_FORMATS``. Settings import this, so it imports nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_EXTENSIONS = {"avif": ".avif", "jpeg": ".jpg"}
# A tall picture is bounded by its width alone.
_ANY_HEIGHT = 20_000


def size(kind: str, width: int) -> Callable[[Any, Any], None]:
    """A picture ``width`` pixels wide as ``avif`` or ``jpeg``, named accordingly whatever the original was."""

    def specify(fieldfile: Any, context: Any) -> None:
        context.extension = _EXTENSIONS[kind]
        context.processors = ["default", f"articles_{kind}", ("thumbnail", (width, _ANY_HEIGHT))]

    return specify
