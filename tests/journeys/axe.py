"""axe-core in a page: what it finds against WCAG 2.2 AA and good practice."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_CONTRAST = "color-contrast"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """
    async (options) => (await axe.run(document, options)).violations.flatMap(({id, nodes}) =>
        nodes.map(({target, failureSummary}) => `${id} at ${target.join(" ")}: ${failureSummary}`))
"""


def found_in(
    page: Page, *, contrast_alone: bool = False, but_contrast: bool = False, is_mail: bool = False
) -> list[str]:
    """A line for everything that is wrong; ``contrast_alone`` where the rest is as it was in the other scheme, and
    ``but_contrast``, which takes it longest, where that was measured.

    A letter is no page: ``is_mail`` asks it for no landmarks.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"runOnly": _TAGS, "resultTypes": ["violations"]}
    unasked = [*(("region", "landmark-one-main") if is_mail else ()), *((_CONTRAST,) if but_contrast else ())]
    options["rules"] = {name: {"enabled": False} for name in unasked}
    if contrast_alone:
        options["runOnly"] = {"type": "rule", "values": [_CONTRAST]}
    return [str(line) for line in page.evaluate(_RUN, options)]
