"""Reads the environment strictly: every value that is missing or malformed is named, all of them at once."""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def text(value: str) -> str:
    if not value.strip():
        raise ValueError("it is empty")
    return value.strip()


def maybe_text(value: str) -> str:
    return value.strip()


def secret(value: str) -> str:
    """A key nobody can guess: 32 characters or more."""
    if len(value.strip()) < 32:
        raise ValueError("write at least 32 random characters")
    return value.strip()


def prefixed(*prefixes: str) -> Callable[[str], str]:
    """A reader of keys that say what they are by how they begin."""

    def parse(value: str) -> str:
        if not value.strip().startswith(prefixes):
            raise ValueError(f"it must begin with {' or '.join(prefixes)}")
        return value.strip()

    return parse


def each(parse: Callable[[str], str]) -> Callable[[str], list[str]]:
    """A reader of comma-separated lists, every word read by ``parse``."""
    return lambda value: [parse(word) for word in words(value)]


def natural(value: str) -> int:
    """Zero or more, in plain digits."""
    if not (value.strip().isascii() and value.strip().isdecimal()):
        raise ValueError("write a whole number, zero or more")
    return int(value)


def positive(value: str) -> int:
    """One or more, in plain digits."""
    if natural(value) == 0:
        raise ValueError("write a whole number, one or more")
    return int(value)


def switch(value: str) -> bool:
    """``on`` or ``off``: a word that is neither must not count as the one or the other."""
    said = value.strip().lower()
    if said not in {"on", "off"}:
        raise ValueError("write on or off")
    return said == "on"


def port(value: str) -> int:
    if value.strip().isascii() and value.strip().isdecimal() and 1 <= int(value) <= 65_535:
        return int(value)
    raise ValueError("write a port number between 1 and 65535")


def words(value: str) -> list[str]:
    """A comma-separated list of at least one word; empty entries are dropped."""
    found = [word.strip() for word in value.split(",") if word.strip()]
    if not found:
        raise ValueError("name at least one, separated by commas")
    return found


def by_name(value: str) -> dict[str, str]:
    """``name=value`` once or more, separated by commas; a value may have ``=`` in it."""
    pairs = [word.strip().partition("=") for word in value.split(",") if word.strip()]
    if any(not (name and said) for name, _is, said in pairs) or len({name for name, _is, _said in pairs}) < len(pairs):
        raise ValueError("write name=value for each name once, separated by commas")
    return {name: said for name, _is, said in pairs}


def https_or_loopback(value: str) -> str:
    """A site's origin without a trailing slash; plain http only where it never leaves the machine."""
    address = value.strip().rstrip("/")
    parts = urlsplit(address)
    is_origin = bool(parts.hostname) and not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if is_origin and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        return address
    raise ValueError("write the address readers use and nothing after it, such as https://news.example.org")


def url(*schemes: str) -> Callable[[str], str]:
    """A reader of addresses of one of the schemes."""

    def parse(value: str) -> str:
        address = value.strip()
        if urlsplit(address).scheme not in schemes:
            raise ValueError(f"it must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return address

    return parse


def maybe_url(value: str) -> str:
    """An address of the web, or nothing."""
    return url("http", "https")(value) if value.strip() else ""


def maybe_api(value: str) -> str:
    """The base address of an API that is shown a key, or nothing; plain http only where it never leaves the machine."""
    address = value.strip()
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if (address and not (is_safe and parts.hostname)) or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("write the address of the API up to its version, such as https://api.eu.mailgun.net/v3")
    return address


def maybe_domain(value: str) -> str:
    """The name of a domain in ASCII, or nothing."""
    if value.strip() and not re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+", value.strip()):
        raise ValueError("write the name of a domain, such as mail.example.org")
    return value.strip()


def maybe_key(value: str) -> str:
    """What opens somebody's API, as it stands in a request's header, or nothing."""
    if not re.fullmatch(r"[!-~]*", value.strip()):
        raise ValueError("write the key as the provider shows it, without spaces")
    return value.strip()


def header(value: str) -> str:
    """The name of a request header (the tokens of RFC 9110 §5.1 that WSGI can carry), or nothing."""
    if value.strip() and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value.strip()):
        raise ValueError("write the name of a request header, such as CF-IPCountry")
    return value.strip()


def indexnow_key(value: str) -> str:
    """8 to 128 letters, digits and dashes (https://www.indexnow.org/documentation), or nothing."""
    if value.strip() and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", value.strip()):
        raise ValueError("write 8 to 128 letters, digits and dashes")
    return value.strip()


def email(value: str) -> str:
    """An address, with or without a name before it in angle brackets."""
    _name, address = parseaddr(value)
    local, _at, host = address.rpartition("@")
    if not local or not host or " " in address or any(ord(character) < 32 for character in value):
        raise ValueError("write an email address")
    return value.strip()


def private_key(value: str) -> str:
    """A private key in PEM, whose lines may be written with ``\\n`` between them; or nothing."""
    text = value.strip().replace("\\n", "\n")
    if not text:
        return ""
    try:
        load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError) as error:
        raise ValueError("write the whole text of the private key's file, as PEM") from error
    return text


def day_of_year(value: str) -> str:
    """A month and a day that every year has, such as 09-30, or nothing."""
    written = value.strip()
    if written:
        try:
            date.fromisoformat(f"2001-{written}")
        except ValueError as error:
            raise ValueError("write a month and a day, such as 09-30") from error
    return written


def time_zone(value: str) -> str:
    name = value.strip()
    if name not in zoneinfo.available_timezones():
        raise ValueError("write a name of the IANA database, such as Asia/Beirut")
    return name


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
        if not self.names(name):
            if required and self._strict:
                self._complaints.append(f"{name} is not set")
            return default
        try:
            return parse(self._raw(name))
        except OSError as error:
            self._complaints.append(f"{name}_FILE cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self._complaints.append(f"{name}_FILE cannot be read: it is not UTF-8 text")
        except ValueError as error:
            self._complaints.append(f"{name} is malformed: {error}")
        return default

    def names(self, name: str) -> bool:
        """Whether the environment says anything about ``name``, itself or through a file."""
        return name in self._values or f"{name}_FILE" in self._values

    def complain(self, sentence: str) -> None:
        self._complaints.append(sentence)

    def refuse_if_wrong(self) -> None:
        """Raise ImproperlyConfigured naming everything that is wrong, if anything is."""
        if self._complaints:
            listed = "".join(f"\n  - {complaint}" for complaint in self._complaints)
            raise ImproperlyConfigured(f"The newsroom cannot start with these settings:{listed}")

    def _raw(self, name: str) -> str:
        if name in self._values:
            return self._values[name]
        return Path(self._values[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
