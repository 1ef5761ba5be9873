"""One side of the figure for a page made anew: a process on one core that asks Django itself, past the page cache.

Each line in is a path; each line out the milliseconds of some dozens of answers, as a JSON list.
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from django.test import Client  # noqa: E402 - it needs the settings

PAGES = 60


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    browser = Client(SERVER_NAME="localhost")
    for line in sys.stdin:
        took = []
        for _page in range(PAGES):
            start = time.perf_counter()
            response = browser.get(line.strip())
            took.append((time.perf_counter() - start) * 1000)
            if response.status_code != 200:
                raise RuntimeError(f"{line.strip()} answers {response.status_code}.")
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
