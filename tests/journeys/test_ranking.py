"""A member puts the industries in their own order by hand: with a mouse, a finger, or the keys on a handle."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

MEMBER = "member@readers.example"
PAGE = "/pro/industries/"


def test_a_member_drags_industries_to_their_places(stack: Stack, person: Person) -> None:
    page = person(viewport={"width": 360, "height": 740}, has_touch=True)
    acts.sign_in(page, stack, MEMBER)
    page.goto(PAGE)
    names = order(page)

    # The last is out of sight of the first: the page follows whoever holds a row at its edge.
    take(page, names[8])
    page.mouse.move(180, 8, steps=4)
    expect(rows(page).first).to_contain_text(names[8])
    page.mouse.up()
    expect(said(page)).to_have_text(f"{names[8]} is now at place 1. Save the order to keep it.")
    expect(rows(page).first.get_by_role("spinbutton")).to_have_value("1")
    expect(rows(page).first.get_by_role("button", name=f"Move {names[8]} up")).to_be_disabled()

    # What is let go of with Escape is where it was; a key moves a row and leaves the focus where it is.
    take(page, names[8])
    page.mouse.move(180, 620, steps=4)
    expect(rows(page).first).not_to_contain_text(names[8])
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(rows(page).first).to_contain_text(names[8])
    grip(page, names[0]).press("ArrowDown")
    expect(grip(page, names[0])).to_be_focused()

    save(page)
    wanted = [names[8], names[1], names[0], *names[2:8]]
    assert order(page) == wanted
    page.reload()
    assert order(page) == wanted

    # A step is kept at once, with what was dragged before it.
    swipe(page, wanted[0], below=wanted[1])
    with page.expect_navigation():
        page.get_by_role("button", name=f"Move {wanted[3]} up").click()
    assert order(page) == [wanted[1], wanted[0], wanted[3], wanted[2], *wanted[4:]]


def rows(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("listitem")


def order(page: Page) -> list[str]:
    expect(rows(page)).to_have_count(9)
    return [str(row.get_attribute("data-name")) for row in rows(page).all()]


def grip(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Drag {name}")


def said(page: Page) -> Locator:
    return page.locator("[data-ranking-said]")


def middle(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take(page: Page, name: str) -> None:
    grip(page, name).evaluate("handle => handle.scrollIntoView({ block: 'center' })")
    page.mouse.move(*middle(grip(page, name)))
    page.mouse.down()


def swipe(page: Page, name: str, below: str) -> None:
    """With a finger, which would move the page anywhere but on a handle."""
    (x, y), (_x, end) = middle(grip(page, name)), middle(grip(page, below))
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        at = {"x": x, "y": y + (end + 30 - y) * step / 5}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(rows(page).first).to_contain_text(below)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save the order").last.click()
