"""The house's own texts."""

from __future__ import annotations

from datetime import date

from articles.models import HouseText
from newsroom.demo.seeding.content import Text


def seed_house_texts(texts: list[Text], on: date) -> None:
    for text in texts:
        HouseText.objects.get_or_create(
            slug=text.head["slug"],
            language=text.head.get("language", "en"),
            defaults={"title": text.head["title"], "body": text.body, "updated_on": on},
        )
