"""Everything that has to be right of an edition before its first copy is written."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from newsletters.models import Edition
from newsletters.preflight import domains, foreign, links, page, pictures
from newsletters.rendering import Rendered
from newsletters.substitution import PLACE, Places

log = logging.getLogger(__name__)

# Gmail cuts a letter off at 102 KB and hides what is behind, the link to unsubscribe too.
MOST_BYTES = 100_000
LONGEST_SUBJECT = 200
_ANY_PLACE = re.compile(r"\[\[[^\[\]]*\]\]")
_NOBODY = UUID(int=0)


class UnfitError(Exception):
    """Why an edition may not go out: sentences for the editor, one on each line."""


def insist(edition: Edition, content: Rendered, at: datetime, *, longest: str = "") -> None:
    """Let nothing pass that has a problem; ``longest`` as in :func:`checked`.

    Raises:
        UnfitError: with all of them.
    """
    problems = checked(edition, content, at, longest=longest)
    if problems:
        raise UnfitError("\n".join(problems))


def checked(edition: Edition, content: Rendered, at: datetime, *, longest: str = "") -> list[str]:
    """What is wrong with the letter, each in a sentence for the editor; nothing when it may go out.

    It is looked at as it arrives, with links of somebody's own in their places. Nobody is asked over the network.
    Where ``content`` is more than anybody gets, ``longest`` is the longest HTML that somebody may get.
    """
    subject, text, html = (_filled(edition, part) for part in (content.subject, content.text, content.html))
    found = page.read(html)
    return [
        *_of_the_words(subject, text),
        *_of_places(subject, text, html),
        *_of_the_size(_filled(edition, longest) or html),
        *links.problems(found.links, at),
        *foreign.problems(found.links, at),
        *pictures.problems(found.images),
        *_of_the_domain(at),
    ]


def _of_the_words(subject: str, text: str) -> Iterator[str]:
    if not subject.strip():
        yield _("The edition has no subject.")
    if len(subject) > LONGEST_SUBJECT:
        lengths = {"length": len(subject), "most": LONGEST_SUBJECT}
        yield _("The subject has %(length)s characters; at most %(most)s arrive whole.") % lengths
    if not text.strip():
        yield _("The plain text is empty. Who reads without HTML would get nothing.")


def _of_places(*parts: str) -> Iterator[str]:
    for place in dict.fromkeys(place for part in parts for place in _ANY_PLACE.findall(part)):
        yield _("%(place)s stands in the letter, and nothing comes in its place.") % {"place": place}


def _of_the_size(html: str) -> Iterator[str]:
    size = len(html.encode())
    if size > MOST_BYTES:
        sizes = {"size": f"{size / 1000:.1f}", "most": MOST_BYTES // 1000}
        told = _(
            "The letter is %(size)s KB of HTML, and at most %(most)s KB may go out: Gmail cuts it off at 102 KB and "
            "hides the rest, the link to unsubscribe too. Take out stories, or shorten the introduction."
        )
        yield told % sizes


def _of_the_domain(at: datetime) -> list[str]:
    """Outside production no mail leaves for readers, so no record has to be published for it."""
    if not settings.IS_PRODUCTION:
        return []
    standing = domains.standing(at)
    for warning in standing.warnings:
        log.warning("sending domain: %s", warning)
    return standing.problems


def _filled(edition: Edition, part: str) -> str:
    places = Places.of(edition)

    def own(found: re.Match[str]) -> str:
        before, behind = places.around(found[1])
        return f"{before}{places.token(found[1])(_NOBODY)}{behind}"

    return PLACE.sub(own, part)
