"""A rendered edition becomes one recipient's: its placeholders give way to the links that are theirs alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

from memberships import passes
from newsletters import tokens
from newsletters.addresses import absolute_url
from newsletters.models import Edition

UNSUBSCRIBE = "[[unsubscribe]]"
PREFERENCES = "[[preferences]]"
# What names a copy in the links by which it is counted.
COPY = "[[copy]]"
PLACE = re.compile(r"\[\[(unsubscribe|preferences|copy|pass:[0-9a-f]{32})\]\]")
_STAND_IN = "token"

# What stands in a place for a recipient, by their public id.
Value = Callable[[UUID], str]


def pass_for(article: UUID) -> str:
    """What stands in place of the recipient's own pass to the article."""
    return f"[[pass:{article.hex}]]"


class Places:
    """What each place of an edition's text becomes: some words before, a token, some words behind.

    The words are everybody's; only the token is the recipient's own, and it is plain ASCII without ``=``. The passes
    are those of the day the edition was due.
    """

    def __init__(self, newsletter: int, day: date, edition: int = 0) -> None:
        self._newsletter, self._day, self._edition = newsletter, day, edition
        self._urls = {name: absolute_url(name, _STAND_IN).split(_STAND_IN) for name in ("unsubscribe", "preferences")}

    @classmethod
    def of(cls, edition: Edition) -> Places:
        return cls(edition.newsletter_id, edition.due_at.date(), edition.pk)

    def around(self, name: str) -> tuple[str, str]:
        """The words before and behind the token of a place, by what stands between its brackets."""
        before, behind = self._urls.get(name, ("", ""))
        return before, behind

    def token(self, name: str) -> Value:
        """What makes the token of a place."""
        if name == "unsubscribe":
            return lambda holder: tokens.for_unsubscribing(holder, self._newsletter)
        if name == "preferences":
            return tokens.for_preferences
        if name == "copy":
            return lambda holder: tokens.for_copy(holder, self._edition)
        article, day = str(UUID(name.removeprefix("pass:"))), self._day
        return lambda holder: passes.issue(holder, article, day)


def nobodys(text: str) -> str:
    """The text to be looked at, with links that lead nowhere and passes that open nothing."""
    return PLACE.sub(lambda found: "none" if found[1].startswith(("pass:", "copy")) else "#", text)


def at_the_click(target: str, holder: UUID, day: date) -> str:
    """A link's target with the holder's own pass in it, as one that is not counted carries it from the start."""
    places = Places(0, day)
    return PLACE.sub(lambda found: places.token(found[1])(holder), target)
