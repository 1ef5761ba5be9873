"""Which page is where, what it gets, and what it answers."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from newsroom.embedded.stripe import forms
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages.rendering import Html, asset, fill
from newsroom.embedded.stripe.standin import StandIn
from newsroom.embedded.stripe.turn import Turn


@dataclass(frozen=True)
class Page:
    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One request for a page: ``query`` and ``body`` are forms, read when they are asked for."""

    stand_in: StandIn
    query: str
    body: str
    wants_json: bool = False

    def form(self) -> dict[str, str]:
        """The plain fields of the posted form."""
        return {name: value for name, value in forms.decode(self.body).items() if isinstance(value, str)}

    def asked(self) -> dict[str, str]:
        return {name: value for name, value in forms.decode(self.query).items() if isinstance(value, str)}

    def turn(self) -> Turn:
        return self.stand_in.turn()


Show = Callable[..., Page]
_SCREENS: list[tuple[str, re.Pattern[str], Show]] = []
_ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "card.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "serif.woff2": "font/woff2",
    "sans.woff2": "font/woff2",
}


def screen(method: str, path: str) -> Callable[[Show], Show]:
    """Serve a page at ``path``, with ids in braces."""
    pattern = re.compile(re.sub(r"\{\w+\}", r"([A-Za-z0-9_\\-]+)", path))

    def register(show_it: Show) -> Show:
        _SCREENS.append((method, pattern, show_it))
        return show_it

    return register


def show(visit: Visit, method: str, path: str) -> Page:
    """Find the page and show it, in one transaction.

    Raises:
        StripeError: when there is no such page.
    """
    name = path.removeprefix("/_stand_in/assets/")
    if name in _ASSETS and method == "GET":
        kept = {"Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff"}
        return Page(200, asset(name), {"Content-Type": _ASSETS[name], **kept})
    for known, pattern, show_it in _SCREENS:
        found = pattern.fullmatch(path)
        if found and known == method:
            return show_it(visit, *found.groups())
    raise StripeError("There is no such page here. It may have been an old link.", status=404)


def html(title: str, body: Html, *, status: int = 200, leads_to: str | None = None, kind: str = "") -> Page:
    """A whole page. ``leads_to`` is an address outside that one of its forms redirects to."""
    document = fill("layout.page", title=title, body=body, kind=kind)
    return Page(status, document.encode(), _html_headers(leads_to))


def _html_headers(leads_to: str | None) -> dict[str, str]:
    # Chromium applies form-action to the redirect after the form, too: to where the customer is sent back.
    forms_go = "'self'"
    if leads_to:
        address = urlsplit(leads_to)
        forms_go += f" {address.scheme}://{address.netloc}"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
        f"form-action {forms_go}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def redirect(address: str) -> Page:
    return Page(303, b"", {"Location": quote(address, safe=":/?#[]@!$&'()*+,;=%-._~{}")})


def data(value: Any, status: int = 200) -> Page:
    return Page(status, json.dumps(value, indent=2).encode(), {"Content-Type": "application/json"})


def problem(message: str, status: int, *, wants_json: bool = False) -> Page:
    if wants_json:
        return data({"error": {"message": message}}, status)
    title = "This page cannot be shown" if status >= 500 else "That did not work"
    return html(title, fill("layout.notice", title=title, text=message, action=Html("")), status=status)
