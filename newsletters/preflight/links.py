"""Whether every link of a letter leads somewhere. Nobody is asked over the network: ours are known by the router."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from articles.models import Article
from newsletters.preflight.page import Link

# What the address of a story, and everything below it, is made of.
_OF_A_STORY = ("year", "month", "slug")


def problems(links: Iterable[Link], at: datetime) -> Iterator[str]:
    """A sentence for each address that is wrong, however often it stands there."""
    for href, words in {link.href: link.words for link in links}.items():
        problem = _problem(href, at)
        if problem:
            yield told(href, words, problem)


def told(href: str, words: str, problem: str) -> str:
    """What is wrong with a link, and which one it is."""
    which = _("The link “%(words)s” (%(address)s):") % {"words": words, "address": href}
    return f"{which} {problem}"


def parts_of(address: str) -> SplitResult | None:
    """The address in its parts; None when it is none, as one with half a bracket or a port that is no number."""
    try:
        parts = urlsplit(address)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def is_ours(parts: SplitResult) -> bool:
    return parts.netloc == urlsplit(settings.SITE_URL).netloc


def is_of_this_machine(host: str) -> bool:
    """Whether nobody else would arrive: a name or number of the machine itself, or of its own network."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _problem(href: str, at: datetime) -> str:
    parts = parts_of(href)
    if parts is not None and parts.scheme == "mailto":
        return "" if "@" in parts.path else _("It names no address to write to.")
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return _("It is no full address. Begin it with https://, or with mailto:.")
    if parts.username is not None:
        return _("It carries a name or a password before the site.")
    if is_ours(parts):
        return _problem_of_ours(parts, at)
    if settings.IS_PRODUCTION and is_of_this_machine(parts.hostname):
        return _("It leads to a machine that readers do not reach.")
    return ""


def _problem_of_ours(parts: SplitResult, at: datetime) -> str:
    path = unquote(parts.path) or "/"
    if path.startswith(reverse("admin:index")):
        return _("It leads to the desk, which readers cannot open.")
    try:
        named = resolve(path).kwargs
    except Resolver404:
        return _problem_of(_moved_from(parts), at)
    if not set(_OF_A_STORY) <= named.keys():
        return ""
    return _problem_of(_story_at(named) or _moved_from(parts), at)


def _story_at(named: Mapping[str, Any]) -> Article | None:
    return Article.objects.filter(year=int(named["year"]), month=int(named["month"]), slug=named["slug"]).first()


def _moved_from(parts: SplitResult) -> Article | None:
    """What an old address leads to, which was written down with its query or without, quoted or not."""
    whole = f"{parts.path}?{parts.query}"
    written = {parts.path, unquote(parts.path), whole, unquote(whole)}
    return Article.objects.filter(redirects__path__in=written).first()


def _problem_of(story: Article | None, at: datetime) -> str:
    if story is None:
        return _("There is no such page on our site.")
    if Article.objects.published(at).filter(pk=story.pk).exists():
        return ""
    return _("The story “%(headline)s” is not published, or was withdrawn.") % {"headline": story.headline}
