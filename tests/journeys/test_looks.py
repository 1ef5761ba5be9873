"""Every kind of page at three widths, in light and dark: nothing sticks out, jumps or is too pale to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

WIDTHS = (360, 768, 1280)
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


@dataclass(frozen=True)
class Kind:
    """A kind of page: its path, or with ``leads`` the path of a list whose first story is meant."""

    path: str
    leads: bool = False
    language: str = "en ltr"


PUBLIC = {
    "front": Kind("/"),
    "Arabic front": Kind("/ar/", language="ar rtl"),
    "Turkish front": Kind("/tr/", language="tr ltr"),
    "story": Kind("/sections/politics/", leads=True),
    "Arabic story": Kind("/ar/", leads=True, language="ar rtl"),
    "section": Kind("/sections/business/"),
    "search": Kind("/search/?q=power"),
    "PRO": Kind("/pro/"),
    "memos": Kind("/pro/memos/"),
    "memo": Kind("/pro/memos/", leads=True),
    "trend report": Kind("/pro/trend-reports/", leads=True),
    "industries": Kind("/pro/industries/"),
    "teams": Kind("/pro/teams/"),
    "newsletters": Kind("/newsletters/"),
    "newsletter": Kind("/newsletters/middle-east-minute/"),
    "events": Kind("/events/"),
    "event": Kind("/events/", leads=True),
    "sign-in": Kind("/account/login/"),
    "house text": Kind("/accessibility/"),
    "no network": Kind("/offline/"),
    "no network, in Arabic": Kind("/offline/?language=ar", language="ar rtl"),
    "nothing": Kind("/nowhere/"),
}
FOR_MEMBERS = {
    "whole memo": Kind("/pro/memos/", leads=True),
    "whole trend report": Kind("/pro/trend-reports/", leads=True),
    "ranking": Kind("/pro/industries/"),
    "account": Kind("/account/"),
    "membership": Kind("/account/membership/"),
    "own newsletters": Kind("/account/newsletters/"),
    "saved stories": Kind("/account/saved/"),
    "following": Kind("/account/following/"),
    "reading history": Kind("/account/history/"),
    "security": Kind("/account/2fa/"),
}


@pytest.mark.parametrize("kind", PUBLIC.values(), ids=PUBLIC.keys())
def test_a_public_page_looks_right(person: Person, kind: Kind) -> None:
    expect_good_looks(person(), kind)


@pytest.mark.parametrize("kind", FOR_MEMBERS.values(), ids=FOR_MEMBERS.keys())
def test_a_member_s_page_looks_right(stack: Stack, person: Person, kind: Kind) -> None:
    page = person()
    acts.sign_in(page, stack, "member@readers.example")
    expect_good_looks(page, kind)


def expect_good_looks(page: Page, kind: Kind) -> None:
    page.add_init_script(WATCH_FOR_SHIFTS)
    page.goto(kind.path)
    if kind.leads:
        page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
        page.wait_for_url(lambda address: not address.endswith(kind.path))
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.reload(wait_until="load")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults += [f"{width} px, {scheme}: {fault}" for fault in faults_in(page.evaluate(MEASURE), kind.language)]
    assert faults == []


def faults_in(seen: dict[str, object], language: str) -> list[str]:
    wanted = {"language": language, "overflow": 0, "headings": 1}
    wanted |= {name: [] for name in ("undescribed", "unmeasured", "missing", "pale")}
    faults = [f"{name} {seen[name]}" for name, value in wanted.items() if seen[name] != value]
    has_moved = float(str(seen["shifted"])) >= MOST_SHIFTED
    return faults + ([f"shifted {seen['shifted']}: {seen['movers']}"] if has_moved else [])
