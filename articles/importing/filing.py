"""Under what an archive's texts are filed here, and who wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from django.utils.text import slugify

from articles.importing.wordpress_html import plain_title
from articles.importing.wxr import WxrSite, WxrTerm
from articles.models import Author, Format, Section, Topic


def slug_of(slug: str, otherwise: str) -> str:
    """The last part of an address, in its own script: WordPress writes what is not Latin in percents."""
    return (slugify(unquote(slug), allow_unicode=True) or slugify(otherwise, allow_unicode=True))[:120]


class FilingError(Exception):
    """A section or format that does not exist here; the message names those that do."""


class Filing:
    """Finds, or makes, the rows an imported text points to.

    Raises:
        FilingError: there is no such format.
    """

    def __init__(self, site: WxrSite, section: str, form: str) -> None:
        self._site = site
        self._topics: dict[str, Topic] = {}
        self._authors: dict[str, Author] = {}
        self.format = Format.objects.filter(slug=form).first()
        if self.format is None:
            known = ", ".join(Format.objects.values_list("slug", flat=True)) or "none yet: make one in the admin"
            raise FilingError(f"There is no format “{form}”. There are: {known}.")
        self._section_slug = section
        self._section: Section | None = None

    @property
    def section(self) -> Section:
        if self._section is None:
            name = self._section_slug.replace("-", " ").capitalize()
            defaults = {"name": name, "is_in_navigation": False, "position": 99}
            self._section = Section.objects.get_or_create(slug=self._section_slug, defaults=defaults)[0]
        return self._section

    def topics(self, terms: Iterable[WxrTerm]) -> list[Topic]:
        """Categories and tags alike, each topic once."""
        found: dict[str, Topic] = {}
        for term in terms:
            slug = slug_of(term.slug, term.name)
            if slug and slug != "uncategorized":
                found[slug] = self._topic(slug, plain_title(term.name))
        return list(found.values())

    def authors(self, logins: Iterable[str]) -> list[Author]:
        """Their authors here; a text nobody is named for is by the archive itself."""
        found = [self._author(login) for login in logins if login]
        return found or [self._author("")]

    def forget(self) -> None:
        """Look everything up anew: what was made for a post that failed was taken back with it."""
        self._topics.clear()
        self._authors.clear()
        self._section = None

    def _topic(self, slug: str, name: str) -> Topic:
        if slug not in self._topics:
            self._topics[slug] = Topic.objects.get_or_create(slug=slug, defaults={"name": name[:160]})[0]
        return self._topics[slug]

    def _author(self, login: str) -> Author:
        if login not in self._authors:
            known = self._site.authors.get(login)
            name = known.name if known else login or self._site.title
            slug = slug_of(login, name) or "archive"
            self._authors[login] = Author.objects.get_or_create(slug=slug, defaults={"name": name[:160]})[0]
        return self._authors[login]
