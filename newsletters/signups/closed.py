"""Which lists somebody may choose: some are for accounts, some for holders of a product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from articles.models.taxonomy import Access
from memberships.access import Reader
from memberships.models import User
from memberships.readers import reader_for
from newsletters.models import Newsletter
from newsletters.signups.records import SignupError


def refuse_closed(newsletters: Iterable[Newsletter], user: User | None, at: datetime) -> None:
    """Raises SignupError when a list is for accounts, or for holders of a product that ``user`` does not hold."""
    closed = [newsletter for newsletter in newsletters if newsletter.access != Access.FREE]
    if not closed:
        return
    reader = reader_for(user, at)
    for newsletter in closed:
        if not is_open_to(newsletter, reader, at):
            raise SignupError(_what_it_takes(newsletter, user))


def is_open_to(newsletter: Newsletter, reader: Reader, at: datetime) -> bool:
    """Whether the reader may choose the list."""
    if newsletter.product is not None:
        return reader.holds(newsletter.product.slug, at)
    return reader.is_signed_in or not newsletter.needs_account


def _what_it_takes(newsletter: Newsletter, user: User | None) -> str:
    if newsletter.product is None:
        return _("“%(newsletter)s” is for readers with an account. Sign in, or create one, to choose it.") % {
            "newsletter": newsletter.name
        }
    names = {"newsletter": newsletter.name, "product": newsletter.product.name}
    if user:
        return _("“%(newsletter)s” is part of %(product)s. Start a membership first, then choose it here.") % names
    return _("“%(newsletter)s” is part of %(product)s. Sign in as a member to choose it.") % names
