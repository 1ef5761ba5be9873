"""Style sheets are plain: every rule closes before the next one begins, and every class has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import unfold

from tests.contracts.source import APPS, ROOT

DESK = ROOT / "static" / "desk"
# The names of parts, for what looks at pages or for a group's hover.
NO_RULE = {"desk-bylines", "desk-picture", "desk-tile__label", "group/button", "is-missing", "member-all"}
SHEETS = sorted((ROOT / "static").glob("*/*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_swallows_the_next(sheet):
    """A brace that is left open nests all that follows in it, and no browser complains."""
    rules = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    inside: list[str] = []
    for words, brace in re.findall(r"([^{};]*)([{};])", rules):
        if brace == "{":
            assert all(outer.startswith("@") for outer in inside), f"{words.strip()} stands within {inside[-1]}"
            inside.append(words.strip())
        elif brace == "}":
            inside.pop()
    assert not inside


def test_every_class_at_the_desk_has_a_rule():
    """Unfold's sheet has those of Tailwind's classes that Unfold itself uses; any other would do nothing."""
    sheets = [*(Path(unfold.__file__).parent / "static" / "unfold" / "css").glob("*.css"), *DESK.glob("*.css")]
    ruled = set(re.findall(r"\.((?:[\w-]|\\.)+)", "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)))
    known = {name.replace("\\", "") for name in ruled} | NO_RULE
    pages = [*(ROOT / "templates" / "admin").rglob("*.html"), *(ROOT / "templates" / "unfold").rglob("*.html")]
    pages += [path for app in APPS for path in (ROOT / app / "admin").rglob("*.py")]
    unknown = {f"{page.relative_to(ROOT)}: {name}" for page in pages for name in _classes(page) - known}
    assert sorted(unknown) == []


def _classes(page: Path) -> set[str]:
    words = page.read_text(encoding="utf-8")
    given = (re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", found) for found in re.findall(r'\bclass="([^"]*)"', words))
    return {name for names in given for name in names.split() if not name.endswith("-")}
