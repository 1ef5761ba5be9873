"""Takes the pictures of ``docs/messages.md``:  pytest -o python_functions=take_sheet tests/newsletters/mail_sheets.py

All the mail on a few sheets, so that whoever changes its looks sees what they were. It is run as a test is because it
wants a test's database; no test run takes it for one.
"""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.contracts.source import ROOT
from tests.newsletters import letters
from tests.newsletters.letters import Letter

SHEETS = ROOT / "docs" / "pictures" / "mail"
# Language, scheme, width of the window, width of a letter on the sheet, letters beside one another.
VIEWS = (("en", "light", 360, 250, 7), ("en", "light", 700, 360, 5), ("ar", "dark", 360, 250, 7))
GAP, GROUND, QUALITY = 12, "#8a8a8a", 40
# As on a device that has the faces the mail asks for first.
FACES = {
    "Source Serif 4": "source-serif-4/latin",
    "Inter": "inter/latin",
    "Noto Naskh Arabic": "noto-naskh-arabic/arabic",
    "Readex Pro": "readex-pro/arabic",
}


@pytest.mark.django_db
@pytest.mark.parametrize("view", VIEWS, ids=str)
def take_sheet(view: tuple[str, str, int, int, int]) -> None:
    language, scheme, width, shown_width, columns = view
    written = letters.every(language)
    with letters.window() as window:
        window.set_viewport_size({"width": width, "height": 300})
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        pictures = [_picture(window, letter, shown_width) for letter in written]
    SHEETS.mkdir(parents=True, exist_ok=True)
    _beside_one_another(pictures, columns).save(SHEETS / f"{language}-{scheme}-{width}.webp", quality=QUALITY, method=6)


def _picture(window: Page, letter: Letter, width: int) -> Image.Image:
    window.set_content(letter.html)
    window.add_style_tag(content=_faces())
    window.evaluate("document.fonts.ready")
    whole = Image.open(io.BytesIO(window.screenshot(full_page=True))).convert("RGB")
    return whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS)


def _faces() -> str:
    return "".join(
        f"@font-face {{ font-family: '{name}'; font-weight: 400 700; src: url(data:font/woff2;base64,{_coded(file)}) }}"
        for name, file in FACES.items()
    )


def _coded(file: str) -> str:
    return base64.b64encode((ROOT / "static" / "fonts" / f"{file}.woff2").read_bytes()).decode()


def _beside_one_another(pictures: list[Image.Image], columns: int) -> Image.Image:
    """Each below the column that ends first."""
    width, ends, places = pictures[0].width + GAP, [GAP] * columns, []
    for picture in pictures:
        column = ends.index(min(ends))
        places.append((GAP + column * width, ends[column]))
        ends[column] += picture.height + GAP
    sheet = Image.new("RGB", (GAP + columns * width, max(ends)), GROUND)
    for picture, place in zip(pictures, places, strict=True):
        sheet.paste(picture, place)
    return sheet
