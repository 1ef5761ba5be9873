"""Domain names of other scripts."""

from __future__ import annotations

from functools import lru_cache

import idna


@lru_cache(maxsize=4096)
def in_ascii(domain: str) -> str:
    """The domain as name servers know it (RFC 5891, and UTS 46 as browsers apply it).

    The standard library's codec is that of 2003: it makes ``ss`` of ß, which leads to somebody else's domain, and takes
    pictures for letters. What is in ASCII already may have hyphens that names of other scripts may not.

    Raises:
        UnicodeError: it is no domain.
    """
    if domain.isascii():
        return domain.encode("idna").decode("ascii")
    return idna.encode(domain, uts46=True).decode("ascii")
