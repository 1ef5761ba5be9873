"""The same pages by other means: the keyboard, the system's own colours, stillness, paper, no script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import acts, kinds
from tests.journeys.acts import Person
from tests.journeys.kinds import Kind
from tests.journeys.stack import Stack

PLACES = {
    "front": Kind("/"),
    "story": Kind(story=kinds.FREE),
    "Arabic story": Kind(story="ittifaq-baghdad-erbil-tisin-yawman"),
    "wall": Kind(story=kinds.FOR_MEMBERS),
    "search": Kind("/search/?q=power"),
    "newsletters": Kind("/newsletters/"),
    "sign-in": Kind("/account/login/"),
}
every_place = pytest.mark.parametrize("kind", PLACES.values(), ids=PLACES.keys())
# What has the focus, whether it is in sight, and whether it or what stands for it says so.
FOCUSED = """
    () => {
        const element = document.activeElement;
        if (element === document.body) return null;
        const shows = (each) => {
            const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(each);
            return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
        };
        const {top, bottom, left, right, width, height} = element.getBoundingClientRect();
        const centre = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
        const middle = document.elementFromPoint((left + right) / 2, centre);
        const holders = [element, element.closest(".card"), element.closest(".choice-card"), element.closest("label")];
        return {
            name: `${element.tagName} ${element.textContent.trim().slice(0, 40)} ${element.outerHTML.slice(0, 80)}`,
            isSeen: width > 1 && height > 1 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
            isFree: middle !== null && holders.some((each) => each?.contains(middle) || middle.contains(each)),
            isMarked: holders.some((each) => each !== null && shows(each)),
            isLast: element === [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
                .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0).at(-1),
        };
    }
"""
# Every movement that would run: named by element and property.
MOVING = """
    () => [...document.querySelectorAll("*")].flatMap((element) => ["", "::before", "::after"].map((part) => {
        const {animationName, transitionDuration, scrollBehavior} = getComputedStyle(element, part || null);
        const isInstant = transitionDuration.split(", ").every((each) => parseFloat(each) === 0);
        const isStill = isInstant && animationName === "none" && scrollBehavior === "auto";
        return isStill ? "" : `${element.className}${part} ${animationName} ${transitionDuration} ${scrollBehavior}`;
    })).filter(Boolean)
"""
# Controls that are to be seen and have no edge; a box to tick is drawn by the browser.
BARE = """
    (controls) => controls.filter((each) => each.checkVisibility({visibilityProperty: true}) && each.offsetWidth > 1
        && !each.matches("[type=checkbox], [type=radio]") && getComputedStyle(each).borderTopStyle === "none")
        .map((each) => each.outerHTML.slice(0, 100))
"""
# How a control stands out from what is around it, as the system draws it.
DRAWN = """
    (element) => {
        const style = getComputedStyle(element);
        const names = ["backgroundColor", "color", "outlineStyle", "textDecorationLine", "fontWeight"];
        for (const side of ["Top", "Right", "Bottom", "Left"])
            names.push(`border${side}Style`, `border${side}Width`, `border${side}Color`);
        return names.map((name) => style[name]).join(" ");
    }
"""


@every_place
def test_the_keyboard_reaches_everything_and_shows_where_it_is(staged: Stack, person: Person, kind: Kind) -> None:
    page = person(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    kinds.go_to(page, staged, kind)
    faults, seen = [], None
    for _press in range(400):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUSED)
        if seen is None:
            break
        faults += [f"{what}: {seen['name']}" for what in ("isSeen", "isFree", "isMarked") if not seen[what]]
        if seen["isLast"]:
            break
    assert faults == []
    assert seen is not None, "The focus left the page before its end."
    assert seen["isLast"], "The focus went round and round."


def test_the_first_stop_leads_past_the_masthead(staged: Stack, person: Person) -> None:
    page = person()
    kinds.go_to(page, staged, PLACES["story"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_in_the_system_s_colours_controls_and_states_are_still_drawn(staged: Stack, person: Person) -> None:
    page = person(forced_colors="active", viewport={"width": 1280, "height": 800})
    acts.sign_in(page, staged, kinds.MEMBER)
    for path in ("/", "/account/", "/search/?q=power", "/newsletters/", "/pro/"):
        page.goto(path)
        assert page.locator(".button, .tags a, input:not([type=hidden]), select").evaluate_all(BARE) == []
    # A state differs from its absence by more than a colour, which the system takes away.
    page.goto("/sections/politics/")
    assert_differ(page, ".masthead__rooms a[aria-current]", ".masthead__rooms a:not([aria-current])")
    assert_differ(page, ".theme-switch [aria-pressed=true]", ".theme-switch [aria-pressed=false]")
    page.goto("/account/membership/")
    assert_differ(page, ".account-nav a[aria-current]", ".account-nav a:not([aria-current])")
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    assert focused["isMarked"], focused


def assert_differ(page: Page, one: str, other: str) -> None:
    drawn = [page.locator(each).first.evaluate(DRAWN) for each in (one, other)]
    assert drawn[0] != drawn[1], f"{one} looks like {other}: {drawn[0]}"


@every_place
def test_nothing_moves_for_who_asked_for_stillness(staged: Stack, person: Person, kind: Kind) -> None:
    page = person(reduced_motion="reduce")
    kinds.go_to(page, staged, kind)
    assert page.evaluate(MOVING) == []
    assert page.evaluate("document.getAnimations().map(each => each.animationName ?? each.transitionProperty)") == []


@pytest.mark.parametrize("path", ["", "?print"], ids=["the page printed", "the print view"])
def test_on_paper_stands_the_story_and_no_furniture(staged: Stack, person: Person, path: str) -> None:
    page = person(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page.goto(kinds.story(page, staged, kinds.FREE) + path)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".prose p").first).to_be_visible()
    for furniture in ("nav", "form", "button", ".button", ".footer", ".article__tools", ".related", ".pro-invitation"):
        assert page.locator(furniture).locator("visible=true").count() == 0, furniture
    colours = page.locator(".prose").first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert re.match(rb"%PDF", page.pdf(format="A4"))


@every_place
def test_without_a_script_everything_is_there_and_nothing_is_dead(staged: Stack, person: Person, kind: Kind) -> None:
    page = person(java_script_enabled=False)
    kinds.go_to(page, staged, kind)
    expect(page.get_by_role("heading", level=1).first).to_be_attached()
    assert acts.overflow(page) == 0
    # A button that no form sends would do nothing.
    dead = page.locator("button:not(form button):visible, [role=button]:visible")
    assert [each.inner_text() for each in dead.all()] == []
    assert page.locator("main a[href='#'], main a:not([href])").count() == 0
