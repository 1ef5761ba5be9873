"""Imports a WordPress export: every post once, and never over what somebody edited here since."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from articles import publishing
from articles.importing.filing import Filing
from articles.importing.pictures import PictureShelf
from articles.importing.wordpress_html import convert, first_words
from articles.importing.wxr import WxrItem, WxrSite, read_items, survey
from articles.models import Article, Draft, ImportedPost, Redirect
from articles.publishing import DraftContent, PublishingError

# WordPress' words for what is public, and what is left where it is.
PUBLIC = {"publish"}
LEFT_OUT = {"trash", "auto-draft", "inherit"}


@dataclass(frozen=True)
class Plan:
    """How to import: where pictures lie, what texts are filed under, and whether anything is written."""

    file: Path
    media: Path | None
    section: str
    format: str
    at: datetime
    is_dry_run: bool = False


@dataclass
class Report:
    """What became of the posts. ``lines`` are sentences for the person at the terminal."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def note(self, outcome: str, item: WxrItem, sentence: str = "") -> None:
        self.counts[outcome] += 1
        if sentence:
            self.lines.append(f"line {item.line}: “{item.title or item.id}” {sentence}")

    def summary(self) -> str:
        return ", ".join(
            f"{word} {self.counts[word]}" for word in ("created", "updated", "unchanged", "skipped", "failed")
        )


def import_file(plan: Plan, progress: Callable[[int, int], None]) -> Report:
    """Import every post of the file; ``progress`` gets how many are done of how many.

    Raises:
        WxrError: the file cannot be read to its end; nothing was written.
    """
    site = survey(plan.file)
    report = Report()
    importer = _Importer(plan, site, report)

    def one(item: WxrItem) -> None:
        if item.kind != "post":
            return
        importer.take(item)
        progress(sum(report.counts.values()), site.posts)

    with transaction.atomic() if plan.is_dry_run else nullcontext():
        read_items(plan.file, one)
        if plan.is_dry_run:
            # Everything was really done, so that the report is true, and is taken back.
            transaction.set_rollback(True)
    missing = importer.pictures.missing
    if missing:
        report.lines.append(f"{len(missing)} pictures are not in the media folder; their places were closed up.")
    return report


class _Importer:
    def __init__(self, plan: Plan, site: WxrSite, report: Report) -> None:
        self._plan = plan
        self._site = site
        self._report = report
        self._source = urlsplit(site.url).netloc or site.title or plan.file.stem
        self.pictures = PictureShelf(plan.media, plan.at, is_looking_only=plan.is_dry_run)
        self._filing = Filing(site, plan.section, plan.format)

    def take(self, item: WxrItem) -> None:
        """Decide what becomes of one post, and do it in a transaction of its own."""
        if item.status in LEFT_OUT:
            self._report.note("skipped", item, f"was left out: it is “{item.status}” there.")
            return
        if complaint := _complaint(item):
            self._report.note("failed", item, complaint)
            return
        try:
            with transaction.atomic():
                self._settle(item)
        except PublishingError as error:
            self._report.note("failed", item, f"was not imported: {' '.join(error.messages)}")

    def _settle(self, item: WxrItem) -> None:
        known = (
            ImportedPost.objects.filter(source=self._source, source_id=item.id).select_related("article__draft").first()
        )
        fingerprint = self._fingerprint(item)
        if known is not None and known.fingerprint == fingerprint:
            self._report.note("unchanged", item)
        elif known is not None and known.article.draft.number != known.draft_number:
            self._report.note("skipped", item, "was edited here since it was imported; it was left as it is.")
        else:
            self._write(item, known, fingerprint)
            self._report.note("updated" if known else "created", item)

    def _write(self, item: WxrItem, known: ImportedPost | None, fingerprint: str) -> None:
        at = self._plan.at
        draft = known.article.draft if known else publishing.create(settings.LANGUAGE_CODE, None, at)
        draft = publishing.save(draft, draft.number, self._content(item), None, at)
        article = draft.article
        published_at = item.published_at
        if item.status in PUBLIC and published_at is not None:
            article = publishing.publish(article, None, at, dated=published_at)
        elif item.status == "future" and published_at is not None and published_at > at:
            publishing.schedule(article, published_at, None, at)
        self._lead_here(item, article)
        ImportedPost.objects.update_or_create(
            source=self._source,
            source_id=item.id,
            defaults={
                "article": article,
                "fingerprint": fingerprint,
                "draft_number": Draft.objects.values_list("number", flat=True).get(pk=draft.pk),
                "imported_at": at,
            },
        )

    def _content(self, item: WxrItem) -> DraftContent:
        thumbnail = self._site.attachments.get(next(iter(item.meta_values("_thumbnail_id")), ""), "")
        html = item.fields.get("content:encoded", "")
        excerpt = first_words(item.fields.get("excerpt:encoded", "")) or first_words(html)
        return {
            "headline": item.title[:200],
            "standfirst": excerpt or item.title[:200],
            "body": convert(html, lambda address, alt: self.pictures.find(address, alt or item.title)),
            "slug": slugify(item.fields.get("wp:post_name", "") or item.title)[:120],
            "section": self._filing.section,
            "format": self._filing.format,
            "topics": self._filing.topics(item.terms),
            "bylines": [(author, "") for author in self._filing.authors(_logins(item))],
            "lead_picture": self.pictures.picture(thumbnail, item.title),
        }

    def _lead_here(self, item: WxrItem, article: Article) -> None:
        """Redirects from the post's address, its older slugs and its short address."""
        path = urlsplit(item.fields.get("link", "")).path
        paths = {path.rstrip("/") + "/", path.rstrip("/")} if path.strip("/") else set()
        stem = path.rstrip("/").rpartition("/")[0]
        for old in item.meta_values("_wp_old_slug"):
            paths |= {f"{stem}/{old}/", f"{stem}/{old}"}
        paths.add(f"/?p={item.id}")
        for one in sorted(paths):
            Redirect.objects.get_or_create(path=one[:500], defaults={"article": article})

    def _fingerprint(self, item: WxrItem) -> str:
        """Of everything the import reads, the pictures it found included: found later, they are brought in later."""
        html = item.fields.get("content:encoded", "")
        parts = [
            sorted((name, value) for name, value in item.fields.items() if name in _READ),
            [[term.slug, term.name] for term in item.terms],
            _logins(item),
            item.meta_values("_wp_old_slug"),
            self._site.attachments.get(next(iter(item.meta_values("_thumbnail_id")), ""), ""),
            self.pictures.present_in(html),
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


_READ = {
    "title",
    "link",
    "content:encoded",
    "excerpt:encoded",
    "wp:post_name",
    "wp:status",
    "wp:post_date_gmt",
    "wp:post_date",
}


def _logins(item: WxrItem) -> list[str]:
    """Who wrote it: the co-authors where there are any, else the one WordPress knows, each once."""
    return list(dict.fromkeys(item.meta_values("coauthor") or [item.fields.get("dc:creator", "")]))


def _complaint(item: WxrItem) -> str:
    """Why a post cannot be imported, or nothing."""
    if not item.id:
        return "has no post_id, so a second import could not know it again."
    if not item.title:
        return "has no title. Give it one in WordPress and export again."
    if item.status in PUBLIC and item.published_at is None:
        return "is published without a readable date."
    if not item.fields.get("content:encoded", "").strip():
        return "has no text."
    return ""
