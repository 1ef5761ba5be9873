"""A rendered edition becomes one recipient's: its placeholders give way to the links that are theirs alone."""

from __future__ import annotations

import re
from uuid import UUID

from memberships import passes
from newsletters import tokens
from newsletters.addresses import absolute_url
from newsletters.models import Edition, Recipient

UNSUBSCRIBE = "[[unsubscribe]]"
PREFERENCES = "[[preferences]]"
_PASS = re.compile(r"\[\[pass:([0-9a-f]{32})\]\]")


def pass_for(article: UUID) -> str:
    """What stands in place of the recipient's own pass to the article."""
    return f"[[pass:{article.hex}]]"


def unsubscribe_url(edition: Edition, recipient: Recipient) -> str:
    return absolute_url("unsubscribe", tokens.for_unsubscribing(recipient.public_id, edition.newsletter_id))


def personal(text: str, edition: Edition, recipient: Recipient) -> str:
    """The text with the recipient's own links and passes. The passes are those of the day the edition was due."""
    holder, day = recipient.public_id, edition.due_at.date()
    text = text.replace(UNSUBSCRIBE, unsubscribe_url(edition, recipient))
    text = text.replace(PREFERENCES, absolute_url("preferences", tokens.for_preferences(holder)))
    return _PASS.sub(lambda found: passes.issue(holder, str(UUID(found[1])), day), text)


def nobodys(text: str) -> str:
    """The text to be looked at, with links that lead nowhere and passes that open nothing."""
    return _PASS.sub("none", text.replace(UNSUBSCRIBE, "#").replace(PREFERENCES, "#"))
