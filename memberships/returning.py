"""Where somebody is taken back to afterwards."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme

# As long as the column that keeps it.
_LONGEST = 500


def safe_path(wanted: str | None) -> str:
    """The path if it is one of this site, else an empty text: nothing given by an address may lead to strangers."""
    if not wanted or not wanted.startswith("/") or len(wanted) > _LONGEST:
        return ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
