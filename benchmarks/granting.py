"""From the press of the button at the till to the first moment at which the paid article opens.

A running demo and its local Stripe. By the return page, with Stripe's webhooks switched off; and by the webhook alone,
for whoever closes the browser at the till. Both readers have the article's wall in their browser's cookies before, as
everybody has who comes from there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any

from benchmarks import startup
from benchmarks.figures import Figure
from benchmarks.scores import wait_for_sizes
from newsroom.embedded.addresses import stripe_port

ROUNDS = 5
_DEADLINE = 30.0
_POLL = 0.02
_PLAN = "pro_annual"
_CARD = {"card-number": "4242 4242 4242 4242", "card-expiry": "12 / 34", "card-cvc": "123", "card-name": "Ada Reader"}
# One reader for each round, signed in, and a text that only members read.
_READERS = """
import json, sys
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from articles.models import Article
from memberships import clock
from memberships.models import User
sessions = []
for number in range(int(sys.stdin.read())):
    user = User.objects.create_user(f"granting{number}@readers.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
memo = Article.objects.known(clock.now()).filter(format__kind="memo", language="en").first()
print("READERS", json.dumps([settings.SESSION_COOKIE_NAME, sessions, memo.get_absolute_url()]))
"""


def measure() -> list[Figure]:
    """In a copy of the project with a demo of its own."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = startup.clone(Path(scratch))
        subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        with startup.running(copy) as site:
            wait_for_sizes(site)
            return figures(copy, site, copy / "var" / "demo")


def figures(copy: Path, site: str, var: Path) -> list[Figure]:
    """Of a demo that runs, whose files are in ``var``."""
    port = int(site.rpartition(":")[2])
    stripe = _Stripe(stripe_port(port))
    variables = os.environ | {"MODE": "demo", "PORT": str(port), "NEWSROOM_VAR": str(var)}
    made = subprocess.run(
        [copy / ".venv" / "bin" / "python", "manage.py", "shell", "-c", _READERS],
        cwd=copy, env=variables, check=True, capture_output=True, input=str(2 * ROUNDS + 1).encode(),
    )  # fmt: skip
    told = next(line for line in made.stdout.decode().splitlines() if line.startswith("READERS "))
    cookie, sessions, article = json.loads(told.removeprefix("READERS "))
    browsers = iter([_Browser(site, cookie, session) for session in sessions])
    _seconds(next(browsers), article, comes_back=True)  # What is asked once in the life of a process.
    by_return, by_webhook, beside = [], [], []
    for _round in range(ROUNDS):
        stripe.hear(is_heard=False)
        by_return.append(_seconds(next(browsers), article, comes_back=True) * 1000)
        stripe.hear(is_heard=True)
        by_webhook.append(_seconds(next(browsers), article, comes_back=False) * 1000)
        beside.append(stripe.round_trip() * 1000)
    trip = {"limit_name": "one round trip to the local Stripe", "limit": tuple(beside), "unit": " ms"}
    remark = "target under 2,000 ms"
    return [
        Figure(
            "from the press at the till to the open article, by the return page",
            tuple(by_return),
            remark=remark,
            **trip,
        ),
        Figure("the same by the webhook alone", tuple(by_webhook), remark=remark, **trip),
    ]


class _Stripe:
    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/v1/"

    def hear(self, *, is_heard: bool) -> None:
        """Whether the site is told by webhooks."""
        for endpoint in self._ask("webhook_endpoints")["data"]:
            self._ask(f"webhook_endpoints/{endpoint['id']}", disabled=str(not is_heard).lower())

    def round_trip(self) -> float:
        start = time.perf_counter()
        self._ask("prices?limit=1")
        return time.perf_counter() - start

    def _ask(self, path: str, **params: str) -> dict[str, Any]:
        body = urllib.parse.urlencode(params).encode() if params else None
        request = urllib.request.Request(self._base + path, body, {"Authorization": "Bearer sk_test_local_stand_in"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: dict[str, Any] = json.load(answer)
            return said


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: each step of the way is a step of the measure."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class _Browser:
    """One reader, signed in, who keeps cookies."""

    def __init__(self, site: str, cookie: str, session: str) -> None:
        self._site = site
        self._session = f"{cookie}={session}"
        self._kept = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._kept), _Stay)

    def ask(self, address: str, **posted: str) -> tuple[str, str]:
        """The text of the answer, and where it leads."""
        is_ours = not address.startswith("http")
        address = f"{self._site}{address}" if is_ours else address
        request = urllib.request.Request(address, urllib.parse.urlencode(posted).encode() if posted else None)
        if address.startswith(self._site):
            # One header for both: the session is put beside what the site has set.
            self._kept.add_cookie_header(request)
            known = request.get_header("Cookie") or ""
            request.add_unredirected_header("Cookie", "; ".join(filter(None, (self._session, known))))
            request.add_header("Origin", self._site)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.read().decode(), ""
        except urllib.error.HTTPError as answer:
            if answer.code not in {302, 303}:
                raise
            return "", answer.headers["Location"]

    def reads(self, article: str) -> bool:
        said, _where = self.ask(article)
        return "wall__offer" not in said


def _seconds(browser: _Browser, article: str, *, comes_back: bool) -> float:
    """From the press at the till to the first answer without a wall."""
    if browser.reads(article):
        raise RuntimeError("The article is open before anything is paid.")
    start = f"/account/start/{_PLAN}/"
    offer, _where = browser.ask(start)
    fields = {name: _value(offer, name) for name in ("csrfmiddlewaretoken", "terms")}
    _said, till = browser.ask(start, **fields)
    pressed = time.perf_counter()
    _said, back = browser.ask(till, **_CARD)
    if comes_back:
        browser.ask(back)
    while time.perf_counter() - pressed < _DEADLINE:
        if browser.reads(article):
            return time.perf_counter() - pressed
        time.sleep(_POLL)
    raise RuntimeError(f"After {_DEADLINE:.0f} s the article is still closed.")


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError(f"The page has no field {name}.")
    return found[1]
