"""Imports a WordPress export: every post once, and never over what somebody edited here since."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, transaction

from articles import body_schema, publishing
from articles.importing.filing import Filing, slug_of
from articles.importing.fingerprints import Fingerprint
from articles.importing.pictures import PictureShelf
from articles.importing.report import Report
from articles.importing.wordpress_html import Surroundings, convert, first_words, image_addresses, plain_title
from articles.importing.wxr import WxrItem, WxrSite, read_items, survey
from articles.models import Article, ImportedPost, Picture, Redirect
from articles.publishing import DraftConflict, DraftContent, PublishingError

LEFT_OUT = {"trash", "auto-draft", "inherit"}
# What an update may write over; anything else means that the desk has taken the text in hand.
UNTOUCHED = {Article.State.DRAFT, Article.State.PUBLISHED, Article.State.SCHEDULED}
READ = ("title", "link", "content:encoded", "excerpt:encoded", "wp:post_name", "wp:status", "wp:post_password")


@dataclass(frozen=True)
class Plan:
    """How to import: where pictures lie, what texts are filed under, and whether anything is written."""

    file: Path
    media: Path | None
    section: str
    format: str
    at: datetime
    is_dry_run: bool = False


def import_file(plan: Plan, progress: Callable[[int, int], None]) -> Report:
    """Import every post of the file; ``progress`` gets how many are done of how many.

    Raises:
        WxrError: the file cannot be read to its end; nothing was written.
        FilingError: there is no such format; nothing was written.
    """
    site = survey(plan.file)
    report = Report(is_dry_run=plan.is_dry_run)
    importer = _Importer(plan, site, report)

    def one(item: WxrItem) -> None:
        if item.kind == "post":
            importer.take(item)
            progress(report.total, site.posts)

    with transaction.atomic() if plan.is_dry_run else nullcontext():
        read_items(plan.file, one)
        if plan.is_dry_run:
            # Everything was really done, so that the report is true, and is taken back.
            transaction.set_rollback(True)
    report.note_pictures(importer.pictures.missing, importer.pictures.refused)
    return report


class _Importer:
    def __init__(self, plan: Plan, site: WxrSite, report: Report) -> None:
        self._plan = plan
        self._site = site
        self._report = report
        self._source = site.host or site.title or plan.file.stem
        self._filing = Filing(site, plan.section, plan.format)
        self.pictures = PictureShelf(plan.media, plan.at, is_looking_only=plan.is_dry_run)

    def take(self, item: WxrItem) -> None:
        """Decide what becomes of one post, and do it in a transaction of its own."""
        if item.status in LEFT_OUT:
            self._report.note("skipped", item, f"was left out: it is “{item.status}” there.")
        elif complaint := _complaint(item):
            self._report.note("failed", item, complaint)
        else:
            self._settle(item, self._known(item), self._fingerprint(item))

    def _settle(self, item: WxrItem, known: ImportedPost | None, fingerprint: Fingerprint) -> None:
        if known is not None:
            earlier = Fingerprint.parse(known.fingerprint)
            has_lost_pictures = fingerprint.has_lost_pictures(earlier)
            if earlier == fingerprint or (has_lost_pictures and earlier.content == fingerprint.content):
                self._report.note("unchanged", item)
                return
            if reason := _reason_to_leave(item, known, has_lost_pictures=has_lost_pictures):
                self._report.note("skipped", item, reason)
                return
        # Pictures enter the library by themselves: if the post fails, they are still good pictures.
        body, lead = self._body(item), self.pictures.picture(self._thumbnail(item), item.title)
        try:
            with transaction.atomic():
                became = self._write(item, known, fingerprint, body, lead)
        except (PublishingError, DraftConflict, DatabaseError) as error:
            self._filing.forget()
            self._report.note("failed", item, f"was not imported: {error}")
        else:
            self._report.note("updated" if known else "created", item, became=became)

    def _write(
        self, item: WxrItem, known: ImportedPost | None, fingerprint: Fingerprint, body: str, lead: Picture | None
    ) -> str:
        """Write the post and everything around it; answers in a word or two what it became."""
        body, caption = _without_lead(body, lead)
        at, content = self._plan.at, self._content(item, body, lead, caption)
        if known is None:
            draft = publishing.create(self._language, None, at, content=content)
        else:
            draft = publishing.save(known.article.draft, known.draft_number, content, None, at)
        became = self._put_out(draft.article, item)
        self._lead_here(item, draft.article)
        ImportedPost.objects.update_or_create(
            source=self._source,
            source_id=item.id,
            defaults={
                "article": draft.article,
                "fingerprint": str(fingerprint),
                "draft_number": draft.number,
                "imported_at": at,
            },
        )
        return became

    def _put_out(self, article: Article, item: WxrItem) -> str:
        at, moment = self._plan.at, item.published_at
        if item.is_public and moment is not None:
            publishing.publish(article, None, at, dated=moment)
            return f"published {moment:%Y-%m-%d}"
        if item.status == "future" and moment is not None and moment > at:
            publishing.schedule(article, moment, None, at)
            return f"scheduled for {moment:%Y-%m-%d %H:%M} UTC"
        return "a draft"

    def _content(self, item: WxrItem, body: str, lead: Picture | None, caption: str) -> DraftContent:
        excerpt = first_words(item.fields.get("excerpt:encoded", "")) or first_words(body_schema.plain_text(body))
        return {
            "headline": item.title[:200],
            "standfirst": excerpt or item.title[:200],
            "body": body,
            "lead_caption": caption,
            "slug": slug_of(item.fields.get("wp:post_name", ""), item.title),
            "section": self._filing.section,
            "format": self._filing.format,
            "topics": self._filing.topics(item.terms),
            "bylines": [(author, "") for author in self._filing.authors(_logins(item))],
            "lead_picture": lead,
        }

    def _body(self, item: WxrItem) -> str:
        around = Surroundings(
            find_picture=lambda address, alt: self.pictures.find(address, alt or item.title),
            file_of=lambda number: self._site.attachments.get(number, ""),
            path_of=self._path_here,
        )
        return body_schema.clean(convert(item.fields.get("content:encoded", ""), around))

    def _path_here(self, address: str) -> str | None:
        """Where a link to a post of the old site leads here, by way of the redirects that are made for it."""
        parts = urlsplit(address)
        path = parts.path.rstrip("/")
        return f"{path}/" if parts.netloc in {"", self._site.host} and path in self._site.paths else None

    def _lead_here(self, item: WxrItem, article: Article) -> None:
        """Redirects from the post's address, its older slugs and its short address."""
        paths = {f"/?p={item.id}"}
        if item.path:
            beginning = item.path.rpartition("/")[0]
            slugs = [item.path, *(f"{beginning}/{slug}" for slug in item.meta_values("_wp_old_slug"))]
            paths |= {form for slug in slugs for form in (slug, f"{slug}/")}
        redirects = [Redirect(path=path, article=article) for path in sorted(paths) if len(path) <= 500]
        Redirect.objects.bulk_create(redirects, ignore_conflicts=True)

    def _known(self, item: WxrItem) -> ImportedPost | None:
        posts = ImportedPost.objects.filter(source=self._source, source_id=item.id)
        return posts.select_related("article__draft").first()

    def _fingerprint(self, item: WxrItem) -> Fingerprint:
        """Of everything the import reads, the pictures it found included: found later, they are brought in later."""
        content = [
            [item.fields.get(name, "") for name in READ],
            str(item.published_at),
            [[term.slug, term.name] for term in item.terms],
            _logins(item),
            item.meta_values("_wp_old_slug"),
            self._thumbnail(item),
        ]
        shown = [self._thumbnail(item), *image_addresses(item.fields.get("content:encoded", ""))]
        return Fingerprint.of(content, [address for address in shown if self.pictures.has(address)])

    def _thumbnail(self, item: WxrItem) -> str:
        return self._site.attachments.get(next(iter(item.meta_values("_thumbnail_id")), ""), "")

    @property
    def _language(self) -> str:
        return self._site.language if self._site.language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE


def _without_lead(body: str, lead: Picture | None) -> tuple[str, str]:
    """The body without the picture that stands above it anyway, and what was written under that picture."""
    if lead is None:
        return body, ""
    figure = rf'<figure data-picture="{lead.public_id}"[^>]*>(?:<figcaption>(.*?)</figcaption>)?</figure>'
    found = re.search(figure, body, re.S)
    if found is None:
        return body, ""
    return body[: found.start()] + body[found.end() :], plain_title(found[1] or "")[:600]


def _logins(item: WxrItem) -> list[str]:
    """Who wrote it: the co-authors where there are any, else the one WordPress knows, each once."""
    return list(dict.fromkeys(item.meta_values("coauthor") or [item.fields.get("dc:creator", "")]))


def _complaint(item: WxrItem) -> str:
    """Why a post cannot be imported, or nothing."""
    if not item.id:
        return "has no post_id, so a second import could not know it again."
    if not item.title:
        return "has no title. Give it one in WordPress and export again."
    if item.is_public and item.published_at is None:
        return "is published without a readable date."
    if not item.fields.get("content:encoded", "").strip():
        return "has no text."
    return ""


def _reason_to_leave(item: WxrItem, known: ImportedPost, *, has_lost_pictures: bool) -> str:
    """Why a post that was changed there must not be written over what is here, or nothing."""
    article = known.article
    if article.draft.number != known.draft_number:
        return "was edited here since it was imported; it was left as it is."
    if article.state not in UNTOUCHED:
        return f"stands at “{article.get_state_display()}” here; it was left as it is."
    if article.state == Article.State.PUBLISHED and not item.is_public:
        return "is published here but no longer there; it was left as it is."
    if has_lost_pictures:
        return "was changed there, but its pictures are not all found this time: name their folder with --media."
    return ""
