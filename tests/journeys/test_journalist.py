"""A story is written at the desk, looked at as its readers will, and goes out now, at its hour, or not at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

OPENING = "Two ministries that had not spoken since the spring agreed on one timetable."
SUBHEAD = "Why it matters:"
QUOTE = "We have stopped counting promises and begun counting trains."
SECRET = "The annex names eleven sidings that nobody has been told of."


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "sidings.jpg"
    Image.linear_gradient("L").resize((1500, 1000)).convert("RGB").save(file, quality=80)
    return file


def test_an_editor_writes_looks_and_publishes(stack: Stack, person: Person, photograph: Path) -> None:
    page, reader = person(), person()
    headline = f"Two ministries settle on one railway timetable, {time.time_ns()}"
    desk.sign_in(page, stack, "editor@corniche.example")
    desk.begin(page, "Working title", kind="Intel")
    file_the_story(page, headline)
    add_the_lead_picture(page, photograph)
    write_the_text(page)
    desk.expect_autosaved(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Headline")).to_have_value(headline)
    expect(desk.text_of(page)).to_contain_text(SECRET)
    expect(page.get_by_role("heading", name="Nothing is missing")).to_be_visible()

    stranger, member = preview(page, "a stranger"), preview(page, "a member")
    expect(stranger.get_by_text(OPENING)).to_be_visible()
    assert SECRET not in stranger.content()
    expect(member.get_by_text(SECRET)).to_be_visible()

    desk.press(page, "Publish now", "Published.")
    reader.goto(desk.address_of(page))
    expect_as_written(reader, headline)
    assert SECRET not in reader.content()
    reader.goto("/")
    expect(reader.get_by_role("link", name=headline).first).to_be_visible()


def test_a_scheduled_story_goes_out_at_its_hour(stack: Stack, person: Person) -> None:
    page, reader = person(), person()
    headline = f"Port authority prints its tide tables, {time.time_ns()}"
    desk.sign_in(page, stack, "editor@corniche.example")
    desk.begin(page, headline)
    desk.file(page, "They have been right for a century.", "Business")
    desk.write(page, "The tables come out on the first of the month.")
    page.get_by_text("Schedule", exact=True).click()
    field = page.get_by_label("Goes out at")
    zone = re.search(r"\((\S+)\)", page.get_by_text("Goes out at (").inner_text())
    assert zone
    moment = stack.now() + timedelta(hours=2)
    field.fill(moment.astimezone(ZoneInfo(zone[1])).strftime("%Y-%m-%dT%H:%M"))
    desk.press(page, "Schedule it", "It goes out by itself at that time.")
    expect(page.get_by_role("heading", name="scheduled")).to_be_visible()
    reader.goto("/")
    expect(reader.get_by_role("link", name=headline)).to_have_count(0)

    stack.advance(2 * 60 * 60)
    reload_until(page, lambda: page.get_by_role("link", name="Open it on the site").count() == 1)
    reader.goto(desk.address_of(page))
    expect(reader.get_by_role("heading", level=1)).to_have_text(headline)


def test_a_journalist_submits_and_cannot_publish(stack: Stack, person: Person) -> None:
    page = person()
    desk.sign_in(page, stack, "journalist@corniche.example")
    desk.begin(page, f"Dredgers return to the estuary, {time.time_ns()}")
    desk.file(page, "The third time this year.", "Business")
    desk.write(page, "Two of them came up the river on the morning tide.")
    expect(page.get_by_role("button", name="Publish now")).to_have_count(0)
    expect(page.get_by_text("Schedule", exact=True)).to_have_count(0)
    desk.press(page, "Submit to the desk", "Submitted.")
    expect(page.get_by_role("heading", name="submitted")).to_be_visible()

    # Somebody who knows what the button is called.
    page.evaluate(
        """() => {
            const button = Object.assign(document.createElement("button"), {name: "_publish", value: "1"});
            const form = document.querySelector("[data-desk]").closest("form");
            form.append(button);
            form.requestSubmit(button);
        }"""
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not open to you")


def test_what_is_pasted_keeps_its_words_and_loses_its_scripts(stack: Stack, person: Person) -> None:
    page, reader = person(), person()
    desk.sign_in(page, stack, "editor@corniche.example")
    desk.begin(page, f"A cutting from elsewhere, {time.time_ns()}")
    desk.file(page, "Pasted, with everything that came along.", "Culture & Society")
    desk.write(page, "Before the cutting.")
    page.keyboard.press("Enter")
    paste(
        page,
        """<p>The mayor <a href="javascript:document.title='taken'">said</a> so, and
        <a href="https://records.example.org/minutes">the minutes</a> agree.
        <img src="x" onerror="document.title='taken'"></p>
        <figure data-embed="javascript:document.title='taken'"><figcaption>A film</figcaption></figure>
        <iframe src="javascript:parent.document.title='taken'"></iframe><script>document.title='taken'</script>""",
    )
    desk.expect_autosaved(page)
    desk.press(page, "Publish now", "Published.")
    reader.goto(desk.address_of(page))
    expect(reader.get_by_role("article").first).to_contain_text("The mayor said so, and the minutes agree.")
    expect(reader.get_by_role("link", name="the minutes")).to_have_attribute(
        "href", "https://records.example.org/minutes"
    )
    for window in (page, reader):
        assert "javascript:" not in window.content()
        assert "taken" not in window.title()


def file_the_story(page: Page, headline: str) -> None:
    page.get_by_role("textbox", name="Headline").fill(headline)
    desk.file(page, "The freight that waited in the capital for a year has a date.", "Business")
    page.get_by_role("combobox", name="May be read by").select_option(label="whoever holds the product")
    page.get_by_role("combobox", name="Product").select_option(label="Corniche PRO")
    desk.choose(page, "Country", "Iraq")
    desk.choose(page, "Series", "Iraq Pulse")
    desk.choose(page, "Author", "Hayder Sahlan", number=1)
    page.get_by_role("textbox", name="Role").nth(1).fill("with reporting by")
    page.get_by_role("textbox", name="Dateline").fill("Baghdad")


def add_the_lead_picture(page: Page, photograph: Path) -> None:
    page.get_by_role("button", name="Choose a picture").click()
    library = page.get_by_role("dialog")
    library.get_by_text("Add a picture").click()
    library.get_by_label("File").set_input_files(photograph)
    library.get_by_label("What it shows").fill("Wagons on a siding under a grey sky")
    library.get_by_label("Credit").fill("Nadia Shamoun")
    library.get_by_role("button", name="Add").click()
    expect(library).to_have_count(0)
    expect(page.get_by_role("img", name="Wagons on a siding under a grey sky")).to_be_visible()


def write_the_text(page: Page) -> None:
    desk.write(page, OPENING, f"{SUBHEAD} Everything else moves by lorry.", QUOTE)
    page.get_by_role("button", name="Pull quote").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button").filter(has_text="Paywall").click()
    page.keyboard.type(SECRET)


def preview(page: Page, reader: str) -> Page:
    """The page as that reader would get it, in the window for previews."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=reader, exact=True).click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_load_state()
    return opened.value


def expect_as_written(reader: Page, headline: str) -> None:
    story = reader.get_by_role("article").first
    expect(reader.get_by_role("heading", level=1)).to_have_text(headline)
    expect(story).to_contain_text("The freight that waited in the capital for a year has a date.")
    expect(story.locator("strong", has_text=SUBHEAD)).to_be_visible()
    expect(story.locator("aside", has_text=QUOTE)).to_be_visible()
    expect(story).to_contain_text("Baghdad")
    for name in ("Nadia Shamoun", "Hayder Sahlan", "Iraq Pulse", "Business"):
        expect(story.get_by_role("link", name=name).first).to_be_visible()
    picture = story.get_by_role("img", name="Wagons on a siding under a grey sky")
    expect(picture).to_be_visible()
    expect(story.get_by_role("figure").first).to_contain_text("Nadia Shamoun")
    expect(reader.get_by_role("region").filter(has_text="The rest of this article is for members")).to_be_visible()


def paste(page: Page, html: str) -> None:
    desk.text_of(page).evaluate(
        """(field, html) => {
            const clipboard = new DataTransfer();
            clipboard.setData("text/html", html);
            const said = {clipboardData: clipboard, bubbles: true, cancelable: true};
            field.dispatchEvent(new ClipboardEvent("paste", said));
        }""",
        html,
    )


def reload_until(page: Page, is_so: Callable[[], bool], within: float = 30) -> None:
    """Load the page again and again until the worker has done its part."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, f"Nothing came of it within {within} s."
        page.wait_for_timeout(500)
        page.reload()
