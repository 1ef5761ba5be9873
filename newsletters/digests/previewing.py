"""The review somebody would get now, for the desk: worked out as the freeze does, and not written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from articles.models import Industry
from newsletters.digests import history
from newsletters.digests.allocating import allocate
from newsletters.digests.pool import slate_for
from newsletters.digests.printing import assembled, printed
from newsletters.digests.reasons import why
from newsletters.models import Edition, Recipient
from newsletters.rendering import Rendered


@dataclass(frozen=True)
class Preview:
    """``rows`` are the headlines and why each is there; ``content`` is the letter."""

    rows: list[tuple[str, str]]
    content: Rendered


def for_order(edition: Edition, order: Sequence[int], at: datetime) -> Preview:
    """For whoever ranks the industries so and knows nothing of the week. Raises RenderingError."""
    return _preview(edition, order, set(), at)


def for_member(edition: Edition, reader: Recipient, at: datetime) -> Preview:
    """For a member, by their order and all they know; of that nothing is told but what it leads to.

    Raises:
        RenderingError: a template is broken.
    """
    articles = slate_for(edition, at).articles
    users = [reader.user_id] if reader.user_id else []
    read = history.read(users, articles)
    received = history.received(edition, [reader.pk], history.letters_with(edition, articles))
    seen = {*read.get(reader.user_id or 0, ()), *received.get(reader.pk, ())}
    return _preview(edition, history.orders(users).get(reader.user_id or 0, []), seen, at)


def _preview(edition: Edition, order: Sequence[int], seen: set[int], at: datetime) -> Preview:
    slate = slate_for(edition, at)
    picks = allocate(slate, order, seen)
    names = {industry.pk: industry.label for industry in Industry.objects.all()}
    headlines = dict(edition.items.values_list("article", "article__headline"))
    rows = [(headlines[pick.article], why(pick, names)) for pick in picks]
    return Preview(rows, assembled(printed(edition, slate, at), picks))
