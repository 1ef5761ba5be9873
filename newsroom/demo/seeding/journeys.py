"""The letters that whoever is new on a list gets in their first week."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from memberships.models import Product
from newsletters.journeys import starting
from newsletters.models import Journey, Step, StepWords


def seed_journeys(rows: list[dict[str, Any]], pro: Product, at: datetime) -> None:
    """Write the journeys, running for who signs up from now on. One that is there stays as the desk left it."""
    for row in rows:
        values = {"name": row["name"], "occasion": Journey.Occasion.CONFIRMED, "product": pro}
        journey, created = Journey.objects.get_or_create(slug=row["slug"], defaults=values)
        if created:
            for position, said in enumerate(row["steps"], start=1):
                _seed_step(journey, position, said)
            starting.activate(journey, at)


def _seed_step(journey: Journey, position: int, said: dict[str, Any]) -> None:
    step = Step.objects.create(
        journey=journey,
        position=position,
        kind=said["kind"],
        wait_days=said.get("wait_days", 0),
        at_time=time.fromisoformat(said["at_time"]) if "at_time" in said else None,
        condition=said.get("condition", Step.Condition.EVERYBODY),
    )
    for language, words in said.get("words", {}).items():
        StepWords.objects.create(step=step, language=language, subject=words["subject"], text=words["text"].strip())
