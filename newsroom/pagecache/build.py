"""Which build of the product made a page: after a deploy, other templates make other pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

_SHOWN_SETTINGS = (
    "SITE_NAME",
    "SITE_TAGLINE",
    "SITE_DESCRIPTION",
    "SITE_URL",
    "PRO_NAME",
    "CONTACT_EMAIL",
    "TIME_ZONE",
)
_SOURCES = (
    ("templates", "*.html"),
    ("locale", "*.mo"),
    ("static", "*.[cj]s*"),
    *((app, "*.py") for app in ("newsroom", "newsletters", "articles", "memberships")),
)


@cache
def fingerprint() -> str:
    """The same on every machine that runs the same files with the same settings."""
    digest = hashlib.sha256()
    for name in _SHOWN_SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    for path in _files(Path(settings.BASE_DIR)):
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    for folder, pattern in _SOURCES:
        yield from sorted(path for path in (root / folder).rglob(pattern) if path.is_file())
