"""Takes the pictures of ``docs/tour.md``:  python -m tests.journeys.tour

Every kind of page of the demo as a phone and a desk show it, so that whoever changes the looks can see what they were.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.engines import chromium_or_skip
from tests.journeys import acts, kinds
from tests.journeys.conftest import FLAGS
from tests.journeys.stack import ROOT, Stack, start, stop

DOCS = ROOT / "docs"
# Width of the window, scheme, width of the picture, and how much of the page is shown, in pixels of the window.
VIEWS = ((360, "light", 360, 1_500), (1280, "dark", 640, 1_500))
QUALITY = 50
PEOPLE = {
    "": "Anybody",
    kinds.READER: "Signed in",
    kinds.MEMBER: "A member",
    kinds.PAYING: "Who pays",
    kinds.OWNER: "Who owns a team",
}
_HEAD = """# A tour

Every kind of page of the reading site, as `make demo` shows it: on a phone in light colours and on a desk in dark ones,
the upper {shown:,} pixels of each. `python -m tests.journeys.tour` takes the pictures anew; look at them before and
after a change of the looks. The tests go through the same list, `tests/journeys/kinds.py`.
"""


def main() -> None:
    (DOCS / "tour").mkdir(exist_ok=True)
    for old in (DOCS / "tour").glob("*.webp"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="newsroom-tour-") as scratch:
        demo, stack = start(Path(scratch))
        try:
            kinds.stage(stack)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=str(chromium_or_skip()), args=list(FLAGS))
                written = "\n".join(_written(browser, stack))
                browser.close()
        finally:
            stop(demo)
    (DOCS / "tour.md").write_text(f"{_HEAD.format(shown=VIEWS[0][3])}\n{written}\n", encoding="utf-8")


def _written(browser: Browser, stack: Stack) -> Iterator[str]:
    for who, pages in kinds.SEEN_BY.items():
        yield f"## {PEOPLE[who]}\n\n| page | phone | desk |\n|---|---|---|"
        context = browser.new_context(
            base_url=stack.site, locale="en-GB", reduced_motion="reduce", service_workers="block"
        )
        page = context.new_page()
        if who:
            acts.sign_in(page, stack, who)
        for name, kind in pages.items():
            yield _row(page, stack, who, name, kind)
        context.close()
        yield ""


def _row(page: Page, stack: Stack, who: str, name: str, kind: kinds.Kind) -> str:
    cells = []
    for width, scheme, shown_width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if not (cells and kind.arrive):  # an act is performed once
            kinds.go_to(page, stack, kind)
        page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach((image) => (image.loading = 'eager'))")
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        page.wait_for_load_state("networkidle")
        file = f"{_slug(name)}{f'-{PEOPLE[who].split()[-1].lower()}' if who else ''}-{width}.webp"
        _take(page, DOCS / "tour" / file, shown_width, height)
        cells.append(f"![{name}, {width} px](tour/{file})")
    return f"| {name} | {' | '.join(cells)} |"


def _take(page: Page, file: Path, width: int, height: int) -> None:
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    shown = whole.crop((0, 0, whole.width, min(whole.height, height)))
    small = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.LANCZOS)
    small.convert("RGB").save(file, "WEBP", quality=QUALITY, method=6)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


if __name__ == "__main__":
    main()
