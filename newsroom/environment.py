"""Reads the environment strictly: every value that is missing or malformed is named, all of them at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def text(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty")
    return value.strip()


def maybe_text(value: str) -> str:
    return value.strip()


def boolean(value: str) -> bool:
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("write true or false")


def integer(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError("write a whole number") from None


def words(value: str) -> list[str]:
    """A comma-separated list; empty entries are dropped."""
    return [word.strip() for word in value.split(",") if word.strip()]


def https_or_loopback(value: str) -> str:
    """A site address without a trailing slash; plain http only where it never leaves the machine."""
    address = value.strip().rstrip("/")
    if address.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://testserver")):
        return address
    raise ValueError("write the address readers use, beginning with https://")


def existing_directory(value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_dir():
        raise ValueError(f"there is no directory {value}")
    return path


class Environment:
    """Collects complaints while values are read; :meth:`refuse_if_wrong` raises them together.

    A value may come from a file: ``NAME_FILE`` names it, as container secrets do.
    """

    def __init__(self, values: Mapping[str, str] | None = None, *, strict: bool = True) -> None:
        self._values = os.environ if values is None else values
        self._strict = strict
        self._complaints: list[str] = []

    def read(self, name: str, parse: Callable[[str], T], *, default: T, required: bool = False) -> T:
        """The parsed value of ``name``.

        ``default`` holds where nothing is set, except that a ``required`` value must be set when the environment is
        strict (production). A value that does not parse is always a complaint, never silently the default.
        """
        raw = self._raw(name)
        if raw is None:
            if required and self._strict:
                self._complaints.append(f"{name} is not set")
            return default
        try:
            return parse(raw)
        except ValueError as error:
            self._complaints.append(f"{name} is malformed: {error}")
            return default

    def complain(self, sentence: str) -> None:
        self._complaints.append(sentence)

    def refuse_if_wrong(self) -> None:
        """Raise ImproperlyConfigured naming everything that is wrong, if anything is."""
        if self._complaints:
            listed = "".join(f"\n  - {complaint}" for complaint in self._complaints)
            raise ImproperlyConfigured(f"The newsroom cannot start with these settings:{listed}")

    def _raw(self, name: str) -> str | None:
        if name in self._values:
            return self._values[name]
        file = self._values.get(f"{name}_FILE")
        if file is None:
            return None
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            self._complaints.append(f"{name}_FILE cannot be read: {error.strerror}")
            return None
