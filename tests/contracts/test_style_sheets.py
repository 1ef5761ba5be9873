"""Style sheets are plain: every rule closes before the next one begins."""

from __future__ import annotations

import re

import pytest

from tests.contracts.source import ROOT

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
