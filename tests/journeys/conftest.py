"""A running newsroom and a browser for the journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response, sync_playwright

from tests.engines import chromium_or_skip
from tests.journeys import kinds
from tests.journeys.stack import Stack, start, stop

# Playwright names these off itself, and of two such switches Chromium heeds the last. The lists under the address bar
# are ours: a window nobody sees draws each of them as a page of its own, which cost as much as the page that is tested.
OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
# Chromium's own background traffic, of which none may leave the machine.
FLAGS = (
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    chromium_or_skip()
    demo, running = start(tmp_path_factory.mktemp("demo"))
    yield running
    assert stop(demo) == 0, "The demo did not stop cleanly."


@pytest.fixture(scope="session")
def staged(stack: Stack) -> Stack:
    """The running newsroom with a page of every kind."""
    kinds.stage(stack)
    return stack


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(executable_path=str(chromium_or_skip()), args=list(FLAGS))
    yield browser
    browser.close()


class Watch:
    """What must never happen while somebody uses the site: a server error, a script error, a request to a stranger."""

    def __init__(self, stack: Stack) -> None:
        self._ours = {urlsplit(each).netloc for each in (stack.site, stack.stripe, stack.identity)}
        # The same site by its name, where a number will not do.
        self._ours.add(f"localhost:{urlsplit(stack.site).port}")
        self.faults: list[str] = []
        self._heeded: dict[str, Callable[[Any], None]] = {
            "response": self._response,
            "pageerror": lambda error: self.faults.append(f"script error: {error.stack or error}"),
            "console": self._console,
            "request": lambda request: self._request(request.url),
        }

    def follow(self, page: Page) -> None:
        for event, heed in self._heeded.items():
            page.on(event, heed)

    @contextmanager
    def following(self, page: Page) -> Iterator[None]:
        """For a while, in a window that is kept."""
        self.follow(page)
        yield
        for event, heed in self._heeded.items():
            page.remove_listener(event, heed)

    def _response(self, response: Response) -> None:
        # The page about our own fault is put in the way of what fails on purpose.
        if response.status >= 500 and not response.url.endswith(kinds.FAILING):
            self.faults.append(f"{response.status} from {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in self._ours:
            self.faults.append(f"request to {parts.netloc}")


@pytest.fixture
def person(stack: Stack, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a window for a new person with cookies of their own; faults seen in any of them fail the test."""
    contexts: list[BrowserContext] = []
    watch = Watch(stack)

    def open_window(**options: Any) -> Page:
        context = chromium.new_context(base_url=stack.site, locale="en-GB", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("page", watch.follow)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert watch.faults == []
