"""Evidence on paper: our own faces, each script shaped as it is written, right to left where it runs so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from memberships.evidence import Block

# A table with more columns than this is set as a list of facts, one below the other.
_WIDEST = 7
_FACE = "inter"
_FILES = (
    *("inter/latin", "inter/latin-more", "inter/latin-ext"),
    *("noto-naskh-arabic/arabic", "noto-naskh-arabic/arabic-ext"),
)
_BODY, _HEADING, _TITLE = 8, 12, 18
_LABEL_WIDTH = 42
_QUIET, _INK, _RULE = (96, 96, 96), (20, 20, 20), (205, 205, 205)


def written(title: str, lines: Sequence[str], blocks: Sequence[Block]) -> bytes:
    """The document: its title, some lines about it, then every block, also an empty one."""
    sheet = _sheet()
    sheet.set_font(_FACE, size=_TITLE)
    _line(sheet, title, height=10)
    sheet.set_font(_FACE, size=_BODY + 1)
    for line in lines:
        _line(sheet, line)
    for block in blocks:
        _heading(sheet, block)
        if not block.rows:
            _line(sheet, "None is kept.")
        elif len(block.columns) > _WIDEST:
            _facts(sheet, block)
        else:
            _table(sheet, block)
    return bytes(sheet.output())


class _Sheet(FPDF):
    """A4, with the number of the page below."""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FACE, size=_BODY - 1)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")
        self.set_text_color(*_INK)


def _sheet() -> FPDF:
    sheet = _Sheet(format="A4")
    sheet.set_auto_page_break(auto=True, margin=18)
    names = [name.replace("/", "-") for name in _FILES]
    for name, file in zip(names, _FILES, strict=True):
        sheet.add_font(name, fname=settings.BASE_DIR / "static" / "fonts" / f"{file}.woff2")
    sheet.add_font(_FACE, fname=settings.BASE_DIR / "static" / "fonts" / f"{_FILES[0]}.woff2")
    sheet.set_fallback_fonts(names[1:], exact_match=False)
    sheet.set_text_shaping(use_shaping_engine=True)
    sheet.set_draw_color(*_RULE)
    sheet.add_page()
    return sheet


def _heading(sheet: FPDF, block: Block) -> None:
    sheet.ln(5)
    sheet.set_font(_FACE, size=_HEADING)
    _line(sheet, _words(block.name), height=8)
    sheet.set_font(_FACE, size=_BODY)


def _facts(sheet: FPDF, block: Block) -> None:
    for row in block.rows:
        for column, cell in zip(block.columns, row, strict=True):
            sheet.set_text_color(*_QUIET)
            sheet.cell(_LABEL_WIDTH, 5, _words(column))
            sheet.set_text_color(*_INK)
            _line(sheet, cell or "–")
        sheet.ln(3)


def _table(sheet: FPDF, block: Block) -> None:
    looks: dict[str, Any] = {
        "borders_layout": TableBordersLayout.HORIZONTAL_LINES,
        "headings_style": FontFace(color=_QUIET),
        "line_height": 4.5,
        "padding": 0.8,
        "text_align": Align.L,
        "v_align": VAlign.T,
    }
    with sheet.table(**looks) as table:
        table.row([_words(column) for column in block.columns])
        for row in block.rows:
            table.row(list(row))


def _line(sheet: FPDF, text: str, *, height: float = 5) -> None:
    sheet.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
