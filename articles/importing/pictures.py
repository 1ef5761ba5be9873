"""Pictures of an archive, taken from a folder that mirrors its uploads."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile

from articles.media.library import PictureError, add_picture
from articles.models import Picture

_UPLOADS = re.compile(r".*?/wp-content/uploads/")
# WordPress writes the size of a rendition into its name; the folder may hold only the original.
_RENDITION = re.compile(r"-\d+x\d+(?=\.\w+$)")
_SOURCES = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']([^"']+)["']""", re.I | re.S)


class PictureShelf:
    """Finds an archive's pictures below ``folder`` and puts each into the library once, unless it is only looking."""

    def __init__(self, folder: Path | None, at: datetime, *, is_looking_only: bool = False) -> None:
        self._folder = folder.resolve() if folder else None
        self._at = at
        self._is_looking_only = is_looking_only
        self._known: dict[Path, Picture | None] = {}
        self.missing: set[str] = set()

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

    def present_in(self, html: str) -> list[str]:
        """Which of the pictures a text shows are in the folder."""
        return sorted(address for address in set(_SOURCES.findall(html)) if self._path(address))

    def _add(self, path: Path, alt: str, address: str) -> Picture | None:
        file = ContentFile(path.read_bytes(), name=path.name)
        try:
            return add_picture(file, alt=alt[:400], caption="", credit="", by=None, at=self._at)
        except PictureError:
            self.missing.add(address)
            return None

    def _path(self, address: str) -> Path | None:
        """The file of an address; nothing outside the folder is ever read."""
        if self._folder is None:
            return None
        relative = _UPLOADS.sub("", unquote(urlsplit(address).path)).lstrip("/")
        for candidate in (relative, _RENDITION.sub("", relative)):
            path = (self._folder / candidate).resolve()
            if path.is_file() and path.is_relative_to(self._folder):
                return path
        return None
