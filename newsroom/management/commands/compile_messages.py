"""``manage.py compile_messages``: the translations as Django reads them, made without the gettext tools of a system."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom.catalogues import CatalogueError, compile_catalogues


class Command(BaseCommand):
    help = "Compile every translation file that is newer than its compiled form."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="compile those that are up to date as well")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_catalogues(settings.BASE_DIR, force=options["force"])
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(written)} compiled")
