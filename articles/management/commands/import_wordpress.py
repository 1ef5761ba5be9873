"""``manage.py import_wordpress FILE [--media DIR] [--dry-run]``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.importing.filing import FilingError
from articles.importing.wordpress import Plan, import_file
from articles.importing.wxr import WxrError
from memberships import clock

_BAR = 30


class Command(BaseCommand):
    help = "Imports the posts of a WordPress export (WXR 1.2). A second run brings only what has changed there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the export, an .xml file")
        parser.add_argument("--media", type=Path, help="a folder with what was under wp-content/uploads/")
        parser.add_argument("--section", default="archive", help="slug of the section to file under (made if missing)")
        parser.add_argument("--format", default="news", help="slug of the format to file under")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        media: Path | None = options["media"]
        if media is not None and not media.is_dir():
            raise CommandError(f"There is no folder {media}.")
        plan = Plan(
            options["file"], media, options["section"], options["format"], clock.now(), is_dry_run=options["dry_run"]
        )
        try:
            report = import_file(plan, self._show_progress)
        except (WxrError, FilingError) as error:
            raise CommandError(str(error)) from error
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
        for line in report.lines:
            self.stdout.write(line)
        if plan.is_dry_run:
            self.stdout.write("Dry run: nothing was written. It would have been:")
        self.stdout.write(report.summary())

    def _show_progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = _BAR * done // max(total, 1)
            self.stderr.write(f"\r{'█' * filled}{'·' * (_BAR - filled)} {done}/{total}", ending="")
            self.stderr.flush()
