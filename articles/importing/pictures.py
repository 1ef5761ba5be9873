"""Pictures of an archive, taken from a folder that mirrors its uploads."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from articles.media.library import PictureError, add_picture
from articles.models import Picture

_UPLOADS = re.compile(r".*?/wp-content/uploads/")
# WordPress writes the size of a rendition into its name; the folder may hold only the original.
_RENDITION = re.compile(r"-\d+x\d+(?=\.\w+$)")


class PictureShelf:
    """Finds an archive's pictures below ``folder`` and puts each into the library once, unless it is only looking."""

    def __init__(self, folder: Path | None, at: datetime, *, is_looking_only: bool = False) -> None:
        self._folder = folder.resolve() if folder else None
        self._at = at
        self._is_looking_only = is_looking_only
        self._known: dict[Path, Picture | None] = {}
        self.missing: set[str] = set()
        # Addresses of files that are no pictures, with the reason.
        self.refused: dict[str, str] = {}

    def find(self, address: str, alt: str) -> str | None:
        """The public id of the picture at an address of the archive, or ``None`` where there is none."""
        picture = self.picture(address, alt)
        return str(picture.public_id) if picture else None

    def picture(self, address: str, alt: str) -> Picture | None:
        if not address:
            return None
        path = self._path(address)
        if path is None:
            self.missing.add(address)
            return None
        if self._is_looking_only:
            return None
        if path not in self._known:
            self._known[path] = self._add(path, alt, address)
        return self._known[path]

    def has(self, address: str) -> bool:
        """Whether the folder holds a file for an address."""
        return self._path(address) is not None

    def _add(self, path: Path, alt: str, address: str) -> Picture | None:
        try:
            with path.open("rb") as file:
                return add_picture(file, alt=alt, credit="", by=None, at=self._at)
        except PictureError as error:
            self.refused[address] = str(error)
        except OSError as error:
            self.refused[address] = f"It cannot be read: {error.strerror}."
        return None

    def _path(self, address: str) -> Path | None:
        """The file of an address; nothing outside the folder is ever read."""
        if self._folder is None or not address:
            return None
        relative = _UPLOADS.sub("", unquote(urlsplit(address).path)).lstrip("/")
        for candidate in (relative, _RENDITION.sub("", relative)):
            path = (self._folder / candidate).resolve()
            if path.is_relative_to(self._folder) and path.is_file():
                return path
        return None
