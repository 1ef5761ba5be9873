"""``manage.py seed_demo``: the invented publication, for demo and test mode."""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from articles.tasks import make_missing_renditions
from memberships import clock
from newsroom.demo.seeding import content
from newsroom.demo.seeding.run import seed, write_sign_ins


class Command(BaseCommand):
    help = "Fills the database with the demo publication. Running it again adds what is missing and changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo's people have known addresses and one password. It is not for production.")
        password = _password()
        seed(password, clock.now(), self._progress)
        if sys.stdout.isatty():
            self.stdout.write("")
        call_command("stripe_sync_catalogue")
        # Waits for the worker: until it has run, pages send pictures as they were drawn, ten times as heavy.
        make_missing_renditions.delay()
        owner = next(person for person in content.publication()["team"]["people"] if person["role"] == "owner")
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        write_sign_ins(settings.VAR_DIR / "sign-ins.txt", password, owner["email"])

    def _progress(self, sentence: str) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\r\033[K{sentence}", ending="")
            self.stdout.flush()


def _password() -> str:
    """One password for this install, kept beside its other secrets so that a second run prints the same."""
    path = settings.VAR_DIR / "secrets" / "demo-password"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f"corniche-{secrets.token_hex(4)}")
        path.chmod(0o600)
    return path.read_text().strip()
