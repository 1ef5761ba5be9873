"""The end of a mail server's pipe for what comes back to the domain of bounces."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memberships import clock
from newsletters.delivery.returned import learning
from newsletters.delivery.returned.parsing import LARGEST

log = logging.getLogger(__name__)

# Of sysexits.h: the mail server keeps the mail and tries again.
TRY_AGAIN = 75


class Command(BaseCommand):
    help = "Take in one mail that came back, from standard input. Ends with 0, or with 75 when it is to be tried again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--for", dest="delivered_to", default="", help="the address that the mail came to")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            raw = sys.stdin.buffer.read(LARGEST)
            # A pipe that nobody empties would be a failure of the mail server's.
            while sys.stdin.buffer.read(LARGEST):
                pass
            fate = learning.take_in(raw, clock.now(), delivered_to=options["delivered_to"])
        except Exception as error:
            log.exception("a mail that came back was not taken in")
            raise CommandError(f"not taken in: {type(error).__name__}", returncode=TRY_AGAIN) from error
        self.stdout.write(str(fate))
