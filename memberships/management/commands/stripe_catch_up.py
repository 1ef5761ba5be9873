"""After an outage: fetches from Stripe what it could not deliver, for the inbox to work off."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memberships import clock
from memberships.stripe import catching_up
from memberships.stripe.client import BillingError


class Command(BaseCommand):
    help = "Fetch the events that Stripe could not deliver. What is known already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=3, help="how far back to look: 1 to 30 days (3)")

    def handle(self, *args: Any, **options: Any) -> None:
        back = timedelta(days=options["days"])
        if not timedelta(days=1) <= back <= catching_up.FURTHEST_BACK:
            raise CommandError("Stripe lists the events of the last thirty days: --days is a number from 1 to 30.")
        at = clock.now()
        try:
            found = catching_up.catch_up(at - back, at)
        except BillingError as error:
            raise CommandError(f"{error} {error.detail}".strip()) from error
        self.stdout.write(f"fetched: {found.events} events; read again: {found.customers} customers")
