"""Type on pictures: each letter from a font that has it, each line in the order one reads it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.media.lettering import SANS, SERIF, Setting, fit


def runs(text: str, *, is_rtl: bool) -> list[tuple[str, str]]:
    return [(run.text, run.direction) for run in Setting(SERIF, 40, is_rtl).runs(text)]


def test_latin_reads_on_and_keeps_its_arabic_words_whole():
    assert runs("In بيت لحم now", is_rtl=False) == [("In ", "ltr"), ("بيت لحم", "rtl"), (" now", "ltr")]


def test_arabic_is_laid_from_the_right_around_latin_words_and_figures():
    assert [text for text, _direction in runs("تقول OPEC في 2026", is_rtl=True)] == [
        "2026",
        "في ",
        " ",
        "OPEC",
        "تقول ",
    ]


@pytest.mark.parametrize("face", [SERIF, SANS])
@pytest.mark.parametrize(
    "text", ["Harbour’s “tariffs” – 2,5 %", "İstanbul’da ğüşıöç", "Łódź, č", "تعرفة، المرفأ؟ «لا»"]
)
def test_every_letter_comes_from_a_font_that_has_it(face, text):
    for run in Setting(face, 40, is_rtl=False).runs(text):
        for letter in run.text:
            assert bytes(run.font.getmask(letter)) != bytes(run.font.getmask("\uffff")), letter


def test_mark_stays_with_the_letter_that_carries_it():
    assert runs("يومًا", is_rtl=True) == [("يومًا", "rtl")]
    assert runs("بيت لحمً in", is_rtl=False)[0] == ("بيت لحمً", "rtl")


def test_arabic_letters_join():
    setting = Setting(SERIF, 60, is_rtl=True)
    assert setting.width("سلام") < 0.9 * sum(setting.width(letter) for letter in "سلام")


WORDS = st.lists(st.text("abcdefgجحخد ", min_size=1, max_size=40), min_size=1, max_size=12).map(" ".join)


@settings(deadline=None)
@given(WORDS, st.booleans())
def test_lines_never_leave_their_box(text, is_rtl):
    block = fit(text, SERIF, (500, 260), range(64, 29, -4), is_rtl=is_rtl, leading=1.12)
    assert all(block.setting.width(line) <= 500 for line in block.lines)
    assert len(block.lines) * block.setting.size * 1.12 <= 260


def test_text_is_as_large_as_its_box_lets_it_be():
    short = fit("Tariffs", SERIF, (500, 260), range(64, 29, -4), is_rtl=False, leading=1.12)
    long = fit("Tariffs and ports " * 8, SERIF, (500, 260), range(64, 29, -4), is_rtl=False, leading=1.12)
    assert short.setting.size == 64 > long.setting.size
    assert " ".join(short.lines) == "Tariffs"
