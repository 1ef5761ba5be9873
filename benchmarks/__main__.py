"""``make bench``: measure, print, and write ``docs/benchmarks.md``.

The archive is not part of the project: ``ARCHIVE=`` names a WordPress export and ``MEDIA=`` its uploads. Without them
the import is not measured, and the page says so.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks import (
    edge,
    granting,
    importing,
    pagecache,
    provider,
    reviews,
    scores,
    search,
    sending,
    staff,
    startup,
    webhooks,
)
from benchmarks.figures import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Written by `make bench`. Whole processes on one machine, the load on the same cores as what is measured; where a figure
has a limit beside it, both were run in turn and the ratio is the median of the pairs.

| what | median | spread | rounds | beside it | ratio | remark |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    figures = [*_told(startup.measure()), *_told(pagecache.measure()), *_told(edge.measure()), *_told(scores.measure())]
    figures += [*_told(webhooks.measure()), *_told(granting.measure())]
    figures += [*_told(provider.measure()), *_told(sending.measure())]
    figures += [*_told(reviews.measure()), *_told(staff.measure())]
    archive, media = os.environ.get("ARCHIVE"), os.environ.get("MEDIA")
    if archive and media:
        figures += _told(importing.measure(Path(archive), Path(media)))
    _write(figures, search.measure(), is_import_measured=bool(archive and media))


def _told(figures: list[Figure]) -> list[Figure]:
    """The same, printed at once: what is measured is not lost with what fails after it."""
    print(*(figure.row() for figure in figures), sep="\n", flush=True)
    return figures


def _write(figures: list[Figure], growth: str, *, is_import_measured: bool) -> None:
    rows = "\n".join(figure.row() for figure in figures)
    machine = f"\n\n{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}.\n"
    missing = (
        "" if is_import_measured else "\nThe import was not measured: name an export with `ARCHIVE=` and `MEDIA=`.\n"
    )
    text = f"{_HEAD}{rows}{machine}{missing}\n{growth}"
    print(text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
