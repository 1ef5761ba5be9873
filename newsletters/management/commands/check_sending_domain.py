"""Before going live, and whenever mail does not arrive: are the records of the domain we send by published?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memberships import clock
from newsletters.preflight import dns, domains


class Command(BaseCommand):
    help = "Ask for the SPF, DKIM and DMARC records of the domain we send by, and say what to publish."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", default="", help="ask this name server: 192.0.2.53, or 192.0.2.53:5353")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            txt = dns.asking(options["server"])
        except ValueError as error:
            raise CommandError(f"--server is no IP address: {error}") from error
        row = domains.check(txt, clock.now())
        if row is None:
            self.stdout.write(f"{domains.ours()} is reserved for examples: no name server is asked about it.")
            return
        if row.unanswered_at is not None:
            raise CommandError(f"No name server answers for {row.domain}. What was known before stands.")
        if row.findings:
            raise CommandError("\n".join(domains.sentences_of(row)))
        self.stdout.write(f"The records of {row.domain} are in order.")
