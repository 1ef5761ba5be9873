"""Every message in every language, as a telephone and a desk show it, in light and dark: nothing is cut, pale or turned
round, and its text part reads as a letter does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from newsletters.presenting import render_edition
from tests.contracts.source import ROOT
from tests.journeys import axe
from tests.newsletters import letters
from tests.newsletters.builders import AT, edition, newsletter, story
from tests.newsletters.letters import Letter

pytestmark = pytest.mark.django_db

TELEPHONE, DESK = 360, 700
LOOKS = Path(axe.__file__).with_name("looks.js").read_text(encoding="utf-8")
MEASURE = Path(__file__).with_name("letters.js").read_text(encoding="utf-8")
# What a template leaves behind where it had nothing to say: HTML, an empty place, a gap before a full stop.
LEFTOVERS = re.compile(
    r"</?(a|br|div|h\d|p|span|strong|mj-\w+)\b|&\w+;|[ \t]$|  |\n{3}| [.,;:!؟،](?:\s|$)|“”|«»|\(\)|\bNone\b",
    re.MULTILINE,
)


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_every_message_looks_right(language: str) -> None:
    written = letters.every(language)
    with letters.window() as window:
        faults = [
            f"{letter.name}: {fault}"
            for letter in written
            for fault in (*faults_in_text(letter), *faults_in(window, letter))
        ]
    assert faults == []


def faults_in_text(letter: Letter) -> Iterator[str]:
    for part in (letter.subject, letter.text):
        yield from (f"left over {found.group()!r} in “{_around(part, found)}”" for found in LEFTOVERS.finditer(part))


def _around(part: str, found: re.Match[str]) -> str:
    return part[max(0, found.start() - 30) : found.end() + 10]


def faults_in(window: Page, letter: Letter) -> Iterator[str]:
    window.set_content(letter.html)
    for width in (TELEPHONE, DESK):
        window.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield from (f"{width} px, {scheme}: {fault}" for fault in _measured(window, letter))
    yield from axe.found_in(window, is_mail=True)


def _measured(window: Page, letter: Letter) -> list[str]:
    seen = {**window.evaluate(LOOKS), **window.evaluate(MEASURE)}
    wanted = {"language": f"{letter.language} {letter.direction}", "overflow": 0, "headings": 1}
    wanted |= {name: [] for name in ("pale", "cut", "empty", "turned", "missing")}
    faults = [f"{name} {seen[name]}" for name, value in wanted.items() if seen[name] != value]
    if seen["preheader"] in {"", letter.subject}:
        faults.append(f"the preheader says “{seen['preheader']}”")
    return faults


def test_outlook_which_asks_for_no_scheme_is_told_the_same_dark_colours() -> None:
    style = (ROOT / "templates" / "email" / "base.mjml").read_text(encoding="utf-8")
    asked, told = style.split("@media (prefers-color-scheme: dark) {")[1].split("</mj-style>")[0].split("\n      }\n")
    rules = [" ".join(re.sub(r"\[data-og(sc|sb)\] |body, ", "", part).split()) for part in (asked, told)]
    assert rules[0] == rules[1]
    for line in told.splitlines():
        assert ("background" in line) == ("[data-ogsb]" in line), line


def test_words_of_another_direction_keep_theirs() -> None:
    made = edition(newsletter(language="ar"), story("Tea (and salt)!"), introduction="Good morning.")
    html = render_edition(made, AT).html
    for words in ("Tea (and salt)!", "Good morning.", "What happened in"):
        assert re.search(rf'<(h2|div|p) dir="auto"[^>]*>(<a[^>]*>)?{re.escape(words)}', html), words


def test_the_page_about_the_mail_names_every_message() -> None:
    page = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\S+)` \|", page, re.MULTILINE)) == sorted(letters.NAMES)
