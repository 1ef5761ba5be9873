"""``manage.py import_members --from ghost members.csv [--mapping plans.toml] [--dry-run]``."""

from __future__ import annotations

import sys
import time
import tomllib
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memberships import clock
from memberships.importing import letters, mapping, moving_in
from memberships.importing.files import MovingRefused
from memberships.importing.mapping import NOT_OURS
from memberships.importing.moving_in import Wish
from memberships.importing.tables import NoTable
from memberships.models import MovingIn, MovingRow, Product
from memberships.stripe.client import BillingError

_NOT_OURS = "not ours"
_AGAIN = 1.0


class Command(BaseCommand):
    help = (
        "Moves members in from another system, with what runs for them at Stripe. With --dry-run it says what would "
        "happen to each; the file then stays at the desk, where it can be moved in. See docs/moving-in.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the export, a .csv file")
        parser.add_argument("--from", dest="source", required=True, choices=MovingIn.Source.values)
        parser.add_argument("--mapping", type=Path, help="a .toml file that says what each price opens here")
        parser.add_argument("--product", default="pro", help="slug of the product that members read")
        parser.add_argument("--comps-until", type=_day, help="day on which what was given ends (in a year)")
        parser.add_argument("--newsletter", action="append", default=[], help="slug of a newsletter they got there")
        parser.add_argument("--consent", default="", help="the words under which they agreed to it")
        parser.add_argument("--invite", action="store_true", help="tell each by email that their account has moved")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and move nobody in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            begun = self._begin(options)
            self._work(begun)
            if options["mapping"]:
                mapping.map_prices(begun, _mapping(options["mapping"]))
                self._work(begun)
            if not options["dry_run"]:
                moving_in.start(begun)
                self._work(begun)
        except (NoTable, MovingRefused, BillingError) as error:
            raise CommandError(str(error)) from error
        self._report(begun, is_dry_run=options["dry_run"])

    def _begin(self, options: dict[str, Any]) -> MovingIn:
        product = Product.objects.filter(slug=options["product"]).first()
        if product is None:
            raise CommandError(f"There is no product “{options['product']}”.")
        unknown = set(options["newsletter"]) - {slug for slug, _name in letters.choices()}
        if unknown:
            raise CommandError(f"There is no free newsletter “{', '.join(sorted(unknown))}”.")
        try:
            raw = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        at = clock.now()
        wish = Wish(
            source=options["source"],
            file_name=options["file"].name,
            product=product,
            comps_until=options["comps_until"] or at + timedelta(days=365),
            newsletters=options["newsletter"],
            consent_text=options["consent"],
            invites=options["invite"],
        )
        return moving_in.begin(wish, moving_in.read(wish.source, raw), None, at)

    def _work(self, begun: MovingIn) -> None:
        """Until the file is through; a worker that is at it already is waited for."""
        while True:
            moving_in.work(clock.now)
            begun.refresh_from_db()
            self._show_progress(moving_in.counts(begun))
            if begun.state not in {MovingIn.State.LOOKING, MovingIn.State.MOVING}:
                return
            if begun.halted_because:
                raise CommandError(f"{begun.halted_because} The worker goes on with file {begun.pk} by itself.")
            time.sleep(_AGAIN)

    def _show_progress(self, counts: dict[str, int]) -> None:
        if sys.stderr.isatty():
            done = f"{counts['looked']} of {counts['total']} looked at, {counts['moved']} moved in"
            self.stderr.write(f"\r\033[K{done}", ending="")

    def _report(self, begun: MovingIn, *, is_dry_run: bool) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        for line, sentence in begun.problems:
            self.stdout.write(f"line {line}: {sentence}")
        unclear = begun.rows.filter(outcome=MovingRow.Outcome.UNCLEAR) | begun.rows.filter(state=MovingRow.State.FAILED)
        for row in unclear | begun.rows.filter(outcome=MovingRow.Outcome.LOSES):
            said = " ".join(filter(None, (str(row.get_why_display()), row.price_label, row.detail)))
            self.stdout.write(f"line {row.line}: {row.email}, {row.get_outcome_display()}: {said}")
        for price in mapping.unmapped(begun):
            self.stdout.write(f'to be mapped: "{price.ref}" ({price.label}), paid by {price.count}')
        counts = moving_in.counts(begun)
        if is_dry_run:
            self.stdout.write(f"Dry run: nobody was moved in. File {begun.pk} waits at the desk. It would be:")
        named = ("reads", "loses", "free", "unclear", "moved", "failed")
        self.stdout.write(", ".join(f"{name} {counts[name]}" for name in named))


def _day(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def _mapping(path: Path) -> dict[str, str]:
    """The table ``[prices]`` of the file: product, plan or “not ours” by the price.

    Raises:
        CommandError: it cannot be read, or has no such table.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("prices")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise CommandError(f'{path} needs a table [prices] of lines such as "price_1" = "pro".')
    return {ref: NOT_OURS if target == _NOT_OURS else target for ref, target in said.items()}
