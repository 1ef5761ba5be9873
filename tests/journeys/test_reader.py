"""A reader finds the way through the publication: front, lists, stories, search, and the wall before a memo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

PHONE = {"width": 360, "height": 740}
FOUND = re.compile(r"[1-9]\d* stor(y|ies) for “power”")
PRICE = "$25.00 a month, billed annually"


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def headline(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def test_the_front_leads_to_stories_and_these_to_their_lists(person: Person) -> None:
    page = person()
    page.goto("/")
    lead = main(page).get_by_role("heading", level=2).first
    title = lead.inner_text()
    lead.get_by_role("link").click()
    expect(headline(page)).to_have_text(title)
    expect(page).to_have_url(re.compile(r"/articles/\d{4}/\d{2}/[^/]+/$"))

    author = main(page).locator("[rel=author]").first
    name = author.inner_text()
    author.click()
    expect(headline(page)).to_have_text(name)
    expect(main(page).get_by_role("link", name=title)).to_be_visible()


def test_a_section_and_a_series_list_their_stories(person: Person) -> None:
    page = person()
    page.goto("/")
    section = page.get_by_role("navigation", name="Sections").get_by_role("link").first
    name = section.inner_text()
    section.click()
    expect(headline(page)).to_have_text(re.compile(name, re.IGNORECASE))
    expect(page).to_have_url(re.compile("/sections/"))

    series = main(page).locator("a[href^='/series/']").first
    name = series.inner_text()
    series.click()
    expect(headline(page)).to_have_text(re.compile(re.escape(name), re.IGNORECASE))
    story = main(page).get_by_role("heading", level=2).get_by_role("link").first
    title = story.inner_text()
    story.click()
    expect(headline(page)).to_have_text(title)
    expect(main(page).get_by_role("link", name=name).first).to_be_visible()


def test_a_story_says_what_it_is_who_wrote_it_and_when(person: Person) -> None:
    page = person()
    page.goto("/sections/politics/")
    main(page).get_by_role("heading", level=2).get_by_role("link").first.click()
    story = main(page).get_by_role("article").first
    expect(story.locator("[rel=author]").first).to_be_visible()
    expect(story).to_contain_text(re.compile(r"Published \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d"))
    expect(story.locator("strong").first).to_be_visible()
    expect(story.locator("figure img").first).to_have_attribute("alt", re.compile(r"\w+ \w+"))


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_search_finds_by_words_and_narrows(person: Person, with_script: bool) -> None:
    page = person(java_script_enabled=with_script)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("power")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=power"))
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(FOUND)
    every = main(page).get_by_role("heading", level=2).count()

    page.get_by_role("combobox", name="Section").select_option(label="Energy")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("combobox", name="Section")).to_have_value("energy")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(FOUND)
    assert main(page).get_by_role("heading", level=2).count() < every

    page.get_by_role("combobox", name="Language").select_option(label="Turkish")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("combobox", name="Language")).to_have_value("tr")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_label("Words").fill("zzyzx")
    page.get_by_role("button", name="Search").click()
    expect(main(page)).to_contain_text("Nothing found")


def test_suggestions_are_gone_through_with_the_keyboard(person: Person) -> None:
    page = person()
    page.goto("/search/")
    field, options = page.get_by_role("combobox", name="Words"), page.get_by_role("listbox").get_by_role("option")
    field.press_sequentially("power")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("power")
    field.press_sequentially(" ")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page).to_have_url(re.compile("/(articles|topics|sections|authors|series|countries)/"))


def test_a_memo_shows_its_opening_and_the_wall(person: Person) -> None:
    page = person()
    page.goto("/pro/memos/")
    main(page).get_by_role("heading", level=2).get_by_role("link").first.click()
    expect(main(page).locator("article p").nth(3)).to_be_visible()
    wall = page.get_by_role("region").filter(has_text="The rest of this article is for members")
    expect(wall).to_contain_text("Free for 7 days")
    expect(wall).to_contain_text(PRICE)
    expect(wall).to_contain_text(re.compile(r"The first charge, \$300\.00, comes on \d{1,2} [A-Z][a-z]+ \d{4}"))
    expect(wall.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(wall.get_by_role("checkbox")).to_have_count(0)


def test_what_members_read_is_found_by_nobody(stack: Stack, person: Person) -> None:
    member = person()
    acts.sign_in(member, stack, "member@readers.example")
    member.goto("/pro/memos/")
    main(member).get_by_role("heading", level=2).get_by_role("link").first.click()
    path, title = member.url, headline(member).inner_text()
    paid = main(member).locator(".prose p", has_text=re.compile(r"(\w+ ){6}")).last.inner_text()
    words = re.search(r"(\w+ ){5}\w+", paid)
    assert words
    phrase = words[0]

    for page in (person(), member):
        page.goto(path)
        expect(headline(page)).to_have_text(title)
        assert (phrase in page.content()) == (page is member)
        page.goto(f"/search/?q=%22{phrase}%22")
        expect(main(page)).to_contain_text("Nothing found")


def test_the_arabic_front_is_read_from_the_right_on_a_phone(person: Person) -> None:
    page = person(viewport=PHONE)
    page.goto("/")
    page.get_by_role("navigation", name="Languages").get_by_role("link", name="العربية").click()
    expect(page).to_have_url(re.compile("/ar/$"))
    document = page.locator("html")
    expect(document).to_have_attribute("dir", "rtl")
    expect(document).to_have_attribute("lang", "ar")
    assert acts.overflow(page) <= 0
    story = main(page).get_by_role("heading", level=2).get_by_role("link").first
    assert re.search(r"[\u0600-\u06ff]", story.inner_text())
    story.click()
    expect(document).to_have_attribute("dir", "rtl")
    assert acts.overflow(page) <= 0


def test_the_keyboard_skips_to_the_story(person: Person) -> None:
    page = person()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(main(page)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_reader_saves_a_story_follows_its_section_and_keeps_a_history(stack: Stack, person: Person) -> None:
    page = person()
    acts.sign_in(page, stack, "reader@readers.example")
    page.goto("/account/history/")
    page.get_by_role("button", name="Switch it on").click()
    expect(main(page)).to_contain_text("It is on since")

    page.goto("/sections/business/")
    page.get_by_role("button", name="Follow Business").click()
    expect(page.get_by_role("button", name="Following Business")).to_be_visible()
    expect(page.locator("[data-status]")).to_have_text("You follow Business.")
    main(page).get_by_role("heading", level=2).get_by_role("link").first.click()
    title = headline(page).inner_text()
    expect(page.get_by_role("banner")).to_contain_text("Tomás")
    with page.expect_response(re.compile("/account/history/read/")) as noted:
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("button", name="Saved")).to_be_visible()
    assert noted.value.status == 204
    page.reload()
    expect(page.get_by_role("button", name="Saved")).to_be_visible()

    for path in ("/account/saved/", "/account/following/", "/account/history/"):
        page.goto(path)
        expect(main(page).get_by_role("link", name=title)).to_be_visible()
    page.get_by_role("link", name="Delete all of it").click()
    page.get_by_role("button", name="Delete all of it").click()
    expect(main(page).get_by_role("link", name=title)).to_have_count(0)
    page.get_by_role("button", name="Switch it off").click()
    expect(main(page)).to_contain_text("nothing is kept of what you read")

    page.goto("/account/saved/")
    page.get_by_role("button", name=f"Remove {title}").click()
    expect(main(page).get_by_role("link", name=title)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(main(page).get_by_role("link", name=title)).to_be_visible()


def test_a_stranger_without_a_script_signs_in_and_saves_by_the_button(stack: Stack, person: Person) -> None:
    page = person(java_script_enabled=False)
    page.goto("/sections/energy/")
    main(page).get_by_role("heading", level=2).get_by_role("link").first.click()
    title = headline(page).inner_text()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator("[hidden]:visible")).to_have_count(0)
    main(page).get_by_role("link", name="Save", exact=True).click()
    form = page.locator("form", has=page.get_by_label("Password"))
    page.get_by_text("Sign in with a password").click()
    form.get_by_label("Email").fill("member@readers.example")
    form.get_by_label("Password").fill(stack.password)
    form.get_by_role("button", name="Sign in").click()
    expect(headline(page)).to_have_text("Save this story")
    page.get_by_role("button", name="Save it for later").click()
    expect(main(page)).to_contain_text(f"Saved: “{title}”.")
    expect(main(page).get_by_role("link", name=title)).to_be_visible()


# A device that can speak, as far as a page can tell: it keeps what it is given and never comes to an end.
SPEAKING = """
    window.spoken = [];
    class Utterance { constructor(words) { this.words = words; } }
    const voices = {
        getVoices: () => [{lang: "en-GB"}],
        speak: (utterance) => window.spoken.push(utterance),
        cancel: () => window.spoken.push(null),
        addEventListener: () => {},
    };
    Object.defineProperty(window, "speechSynthesis", {value: voices});
    window.SpeechSynthesisUtterance = Utterance;
"""


def test_a_story_is_read_aloud_where_the_device_can_speak_and_not_past_the_wall(person: Person) -> None:
    page = person()
    page.add_init_script(SPEAKING)
    page.goto("/pro/memos/")
    main(page).get_by_role("heading", level=2).get_by_role("link").first.click()
    page.get_by_role("button", name="Listen").click()
    assert page.evaluate("spoken.at(-1).words") == headline(page).inner_text()
    # On to the end, as a voice would come to it.
    page.evaluate("while (spoken.at(-1)) spoken.at(-1).onend()")
    said = " ".join(page.evaluate("spoken.filter(Boolean).map((each) => each.words)"))
    assert main(page).locator(".prose p").last.inner_text() in said
    assert "Free for 7 days" not in said
    page.get_by_role("button", name="Listen").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Stop reading aloud")).to_be_hidden()


def test_where_there_is_no_network_a_page_of_ours_says_so(person: Person) -> None:
    page = person()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/sections/politics/")
    expect(headline(page)).to_have_text("You are offline")
    expect(page.get_by_role("banner")).to_contain_text("The Corniche")
    kept = page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys())"
        ".then((all) => all.map((each) => new URL(each.url).pathname))"
    )
    assert all(path.startswith(("/offline/", "/static/")) for path in kept)
    page.context.set_offline(False)
    page.goto("/sections/politics/")
    expect(headline(page)).to_have_text("Politics")
