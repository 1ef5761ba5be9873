"""Makes the numbers anew from the mirror of Stripe, after rows came in by another door or when they are doubted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from memberships import clock
from memberships.metrics import recurring, revenue


class Command(BaseCommand):
    help = "Makes the numbers anew from the mirror of Stripe. Stripe is not asked; it may run at any time, and again."

    def handle(self, *args: Any, **options: Any) -> None:
        was_wrong = revenue.rebuild()
        moved = recurring.rebuild(clock.now())
        self.stdout.write("The days were mended." if was_wrong else "The days were as they have to be.")
        self.stdout.write(f"Movements written down: {moved}.")
