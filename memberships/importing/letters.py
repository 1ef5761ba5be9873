"""The newsletters somebody who moves in can be brought along to.

They belong to an app above this one, which says here what there is; the desk offers it, and what was chosen is told
with each person, see :data:`memberships.signals.moved_in`.
"""

from __future__ import annotations

from collections.abc import Callable

# Slug and name of each.
Choices = list[tuple[str, str]]

_sources: list[Callable[[], Choices]] = []


def offered_by(source: Callable[[], Choices]) -> Callable[[], Choices]:
    """Have ``source`` say which newsletters there are."""
    _sources.append(source)
    return source


def choices() -> Choices:
    return [choice for source in _sources for choice in source()]
