"""Every kind of page at phone, zoomed and desk width, in light and dark, in both directions of writing: nothing sticks
out, jumps or is too pale to be read, and axe finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys import acts, axe, kinds
from tests.journeys.conftest import Watch
from tests.journeys.stack import Stack

PHONE, DESK = 360, 1280
# A desk zoomed to 200 % is as wide as this.
ZOOMED = 640
MEASURE = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
# Adds up what moved without anybody having touched the page (https://web.dev/articles/cls).
WATCH_FOR_SHIFTS = """
    window.shifted = 0;
    window.movers = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries().filter((entry) => !entry.hadRecentInput)) {
            window.shifted += entry.value;
            for (const {node, previousRect, currentRect} of entry.sources) {
                const name = node?.className || node?.nodeName || "gone";
                const [before, now] = [previousRect, currentRect].map(({y, height}) => `${y}+${height}`);
                window.movers.push(`${name} ${before} → ${now}`);
            }
        }
    }).observe({type: "layout-shift", buffered: true});
"""
MOST_SHIFTED = 0.05


@pytest.fixture(scope="module")
def window_of(staged: Stack, chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens the window of somebody of ``kinds.SEEN_BY``, signed in; it is kept for the module."""
    contexts: dict[str, BrowserContext] = {}

    def window(who: str) -> Page:
        if who not in contexts:
            contexts[who] = context = chromium.new_context(
                base_url=staged.site, locale="en-GB", service_workers="block"
            )
            context.set_default_timeout(15_000)
            page = context.new_page()
            if who:
                acts.sign_in(page, staged, who)
            page.add_init_script(WATCH_FOR_SHIFTS)
        return contexts[who].pages[0]

    yield window
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("who", "name"), kinds.ALL, ids=[f"{name} ({who or 'anybody'})" for who, name in kinds.ALL])
def test_a_page_looks_right_and_is_open_to_everybody(
    staged: Stack, window_of: Callable[[str], Page], who: str, name: str
) -> None:
    kind, page, watch = kinds.SEEN_BY[who][name], window_of(who), Watch(staged)
    with watch.following(page):
        page.set_viewport_size({"width": PHONE, "height": 900})
        kinds.go_to(page, staged, kind)
        faults = faults_at(page, PHONE, kind.language, axe_sees=True)
        page.set_viewport_size({"width": ZOOMED, "height": 450})
        faults += told("zoomed", [f"{acts.overflow(page)} px stick out"] if acts.overflow(page) else [])
        page.set_viewport_size({"width": DESK, "height": 900})
        if not kind.arrive:
            page.reload(wait_until="load")
        faults += faults_at(page, DESK, kind.language, axe_sees=not kind.is_in_arabic_too)
        if kind.is_in_arabic_too:
            kinds.go_to(page, staged, kind, "language=ar")
            faults += faults_at(page, DESK, "ar rtl", axe_sees=True)
            page.set_viewport_size({"width": PHONE, "height": 900})
            page.reload(wait_until="load")
            faults += faults_at(page, PHONE, "ar rtl")
    assert [*faults, *watch.faults] == []


def faults_at(page: Page, width: int, language: str, *, axe_sees: bool = False) -> list[str]:
    """In both schemes. What sticks out, moves or is too pale is measured everywhere; axe, which takes longest, looks at
    each width once and at the right-to-left page where there is one. A scheme changes the colours alone, and axe is
    asked about these where it sees more than what was measured: where words lie over something else.
    """
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen = page.evaluate(MEASURE)
        found = faults_in(seen, language)
        if axe_sees and scheme == "light":
            found += axe.found_in(page, but_contrast=not (width == PHONE or seen["afloat"]))
        elif seen["afloat"]:
            found += axe.found_in(page, contrast_alone=True)
        faults += told(f"{width} px, {scheme}, {language}", found)
    return faults


def told(where: str, faults: list[str]) -> list[str]:
    return [f"{where}: {fault}" for fault in faults]


def faults_in(seen: dict[str, object], language: str) -> list[str]:
    wanted = {"language": language, "overflow": 0, "headings": 1}
    wanted |= {name: [] for name in ("undescribed", "unmeasured", "missing", "pale")}
    faults = [f"{name} {seen[name]}" for name, value in wanted.items() if seen[name] != value]
    has_moved = float(str(seen["shifted"])) >= MOST_SHIFTED
    return faults + ([f"shifted {seen['shifted']}: {seen['movers']}"] if has_moved else [])
