"""One side of the search benchmark: a process with one database, asked for rounds of pages on its standard input.

Each line in asks for one round; each line out is a JSON object of milliseconds by kind of page.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from django.conf import settings  # noqa: E402 - settings need the environment, apps the settings
from django.test import Client  # noqa: E402

from articles.models import Article  # noqa: E402
from benchmarks.archive import words  # noqa: E402

# Ranks of words by frequency: in nearly every text, in many, in some, in few.
COMMON, MEDIUM, RARE = range(5), range(60, 200), range(4_000, 30_000)


def addresses(chance: random.Random) -> dict[str, str]:
    """An address of each kind, another one in each round."""
    said = words().words

    def word(ranks: range) -> str:
        return said[chance.choice(ranks)]

    article = Article.objects.order_by("pk").only("year", "month", "slug")[chance.randrange(9_000)]
    return {
        "search: a common word": f"/search/?q={word(COMMON)}",
        "search: two common words": f"/search/?q={word(COMMON)}+{word(COMMON)}",
        "search: a medium word": f"/search/?q={word(MEDIUM)}",
        "search: common and medium": f"/search/?q={word(COMMON)}+{word(MEDIUM)}",
        "search: a rare word": f"/search/?q={word(RARE)}",
        "search: narrowed": f"/search/?q={word(COMMON)}&section=section-3&country=country-7",
        "search: by one author": f"/search/?q={word(COMMON)}&author=author-{chance.randint(1, 200)}",
        "search: narrowed by date": f"/search/?q={word(COMMON)}&since=2018-01-01&until=2024-12-31",
        "search: a phrase": f'/search/?q="{word(COMMON)}+{word(MEDIUM)}"',
        "search: mistyped": f"/search/?q={_mistyped(word(MEDIUM))}",
        "search: the last page": f"/search/?q={word(COMMON)}&page=999",
        "suggest": f"/search/suggest/?q={word(MEDIUM)[:3]}",
        "article": article.get_absolute_url(),
        "front": "/",
        "section": f"/sections/section-{chance.randint(1, 8)}/",
        "author": f"/authors/author-{chance.randint(1, 200)}/",
        "topic": f"/topics/topic-{chance.randint(1, 500)}/",
    }


def _mistyped(word: str) -> str:
    return word[:2] + word[3] + word[2] + word[4:] + "q" if len(word) > 4 else f"{word}q"


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    browser = Client()
    for line in sys.stdin:
        chance, took = random.Random(int(line)), {}
        for kind, address in addresses(chance).items():
            start = time.perf_counter()
            response = browser.get(address)
            took[kind] = (time.perf_counter() - start) * 1000
            if response.status_code != 200:
                raise RuntimeError(f"{address} answers {response.status_code}.")
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
