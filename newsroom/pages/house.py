"""Finding a text of the house."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from articles.models import HouseText


def house_text(slug: str) -> HouseText | None:
    """The text in the page's language, else in the publication's first one, else ``None``."""
    wanted = get_language() or settings.LANGUAGE_CODE
    found = {
        text.language: text
        for text in HouseText.objects.filter(slug=slug, language__in=[wanted, settings.LANGUAGE_CODE])
    }
    return found.get(wanted) or found.get(settings.LANGUAGE_CODE)
