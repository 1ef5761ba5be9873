"""The links of an edition by number: ``[[link:3]]`` in its words, one list for all its variants.

What is written down of an edition has places instead of addresses. As a letter is made ready to be filled, a place
becomes what it was, for whoever is not counted, or an address of ours that names the copy and the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from articles.models import Article
from newsletters.models import Edition, EditionLink
from newsletters.substitution import COPY

# Followed by what reads letters and not by who reads them: it cannot be seen, heard or reached by a key.
HIDDEN = 0
# Those of a letter for people are some dozens; a number has its limit in the database.
MOST_LINKS = 5_000
_LONGEST = 2000
_IN_HTML = re.compile(r'(?<=\shref=")https?://[^"]+')
_IN_TEXT = re.compile(r"https?://[^\s<>\"]+")
_PLACE = re.compile(r"\[\[link:(\d+)\]\]")
_STORY = re.compile(r"^/articles/(\d{4})/(\d{2})/([-\w]+)/$")
_STAND_IN = "token"

Targets = Mapping[int, str]


def of(edition: int) -> Targets:
    """Where the links of an edition lead, by number."""
    return dict(EditionLink.objects.filter(edition=edition).values_list("number", "target"))


def fix(edition: Edition, parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Write down where the links of the words lead, as far as it is not yet, and put their places into the words.

    ``parts`` are each a text and its HTML: a letter, or the blocks of which letters are made. Runs inside the
    transaction that holds the edition. What a reader alone may follow, to leave or to choose, stays as it is: nobody is
    counted for leaving.
    """
    known = {target: number for number, target in of(edition.pk).items() if number != HIDDEN}
    found = dict.fromkeys(unescape(href) for _text, html in parts for href in _IN_HTML.findall(html))
    new = [target for target in found if target not in known and len(target) <= _LONGEST]
    first = max(known.values(), default=HIDDEN) + 1
    numbers = {target: number for number, target in enumerate(new[: MOST_LINKS - len(known)], start=first)}
    _write(edition, numbers, is_first=not known)
    known |= numbers
    return [
        (
            _IN_TEXT.sub(lambda href: _place(known, href[0], href[0]), text),
            _IN_HTML.sub(lambda href: _place(known, unescape(href[0]), href[0]), html),
        )
        for text, html in parts
    ]


def led(targets: Targets, text: str, html: str, *, is_counted: bool) -> tuple[str, str]:
    """Text and HTML with the links in their places."""
    if is_counted:
        return counted(text), counted(html, is_html=True)
    return straight(text, targets), straight(html, targets, is_html=True)


def straight(text: str, targets: Targets, *, is_html: bool = False) -> str:
    """The words with the links as they were."""
    return _PLACE.sub(lambda place: escape(targets[int(place[1])]) if is_html else targets[int(place[1])], text)


def counted(text: str, *, is_html: bool = False) -> str:
    """The words with links that name the copy; and at the end of HTML the picture, and the link nobody sees."""
    before, behind = (settings.SITE_URL + reverse("mail_click", args=[_STAND_IN, 0])).split(_STAND_IN)
    start = f"{before}{COPY}{behind.removesuffix('0')}"
    text = _PLACE.sub(lambda place: f"{start}{place[1]}", text)
    if not is_html:
        return text
    body, end, rest = text.rpartition("</body>")
    return f"{body}{_unseen(f'{start}{HIDDEN}')}{end}{rest}" if end else text


def _unseen(hidden: str) -> str:
    picture = settings.SITE_URL + reverse("mail_open", args=[_STAND_IN]).replace(_STAND_IN, COPY)
    return (
        f'<a href="{hidden}" rel="nofollow" aria-hidden="true" tabindex="-1" style="display:none"></a>'
        f'<img src="{picture}" width="1" height="1" alt="" style="display:block;border:0">'
    )


def _place(numbers: Mapping[str, int], target: str, otherwise: str) -> str:
    return f"[[link:{numbers[target]}]]" if target in numbers else otherwise


def _write(edition: Edition, numbers: Mapping[str, int], *, is_first: bool) -> None:
    stories = _stories(numbers)
    rows = [
        EditionLink(edition=edition, number=number, target=target, article_id=stories.get(_path(target)))
        for target, number in numbers.items()
    ]
    if is_first:
        # Where it leads does no harm, should a person ever follow it.
        rows.append(EditionLink(edition=edition, number=HIDDEN, target=f"{settings.SITE_URL}/"))
    EditionLink.objects.bulk_create(rows)


def _stories(targets: Mapping[str, int]) -> dict[str, int]:
    """The keys of the stories that the targets lead to, by path."""
    wanted = {path: found.groups() for path in map(_path, targets) if (found := _STORY.match(path))}
    known = {
        (f"{year:04d}", f"{month:02d}", slug): key
        for key, year, month, slug in Article.objects.filter(slug__in={parts[2] for parts in wanted.values()})
        .values_list("pk", "year", "month", "slug")
    }  # fmt: skip
    return {path: known[parts] for path, parts in wanted.items() if parts in known}


def _path(target: str) -> str:
    """The path of a page of ours; empty of another site's."""
    parts = urlsplit(target)
    return parts.path if target.startswith(f"{settings.SITE_URL}/") else ""
