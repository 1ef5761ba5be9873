"""The pages people see: who are you, and what is wrong. Every value in them is escaped."""

from html import escape
from pathlib import Path
from string import Template

_HERE = Path(__file__).parent


def style() -> bytes:
    return (_HERE / "style.css").read_bytes()


def who_are_you(name: str, asked: dict[str, str]) -> bytes:
    """The form. What the program asked with goes along unseen."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in asked.items()
    )
    return _page("ask.html", name=escape(name), hidden=hidden)


def refusal(sentence: str) -> bytes:
    return _page("refusal.html", sentence=escape(sentence))


def _page(file: str, **values: str) -> bytes:
    return Template((_HERE / file).read_text(encoding="utf-8")).substitute(values).encode()
