"""What a kept page costs behind ``deploy/nginx.conf``, beside the same bytes as a file behind the same nginx.

Both are asked in turn by wrk, on the same cores, with the same requests: as a browser asks, for brotli, members with
their sessions. The file has a server of its own in the same nginx, with the same log and its descriptor kept.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import fronts, pagecache, startup
from benchmarks.figures import Figure

ROUNDS = 7
SECONDS = 4
MEMBERS = 24
CONNECTIONS = 32
_NEEDED = ("nginx", "openssl", "wrk")
_SUBJECTS = """
import json, sys
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from articles.models import Article
from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Product, User
at, sessions = clock.now(), []
for number in range(MEMBERS):
    user = User.objects.create_user(f"bench-{number}@readers.example")
    origin = Origin(Entitlement.Source.COMP, f"bench-{number}")
    pro = Product.objects.get(slug="pro")
    entitlements.grant(user, pro, origin, starts_at=at, until=at + timedelta(days=9), at=at, reason="benchmark")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    sessions.append(session.session_key)
published = Article.objects.filter(state="published", language="en").order_by("-first_published_at")
print(json.dumps({
    "sessions": sessions,
    "free": published.filter(access="free").first().get_absolute_url(),
    "paid": published.filter(access="product").first().get_absolute_url(),
}))
"""
# The next cookie with each request; a stranger has none.
_REQUESTS = """
local cookies, asked = {COOKIES}, 0
request = function()
    asked = asked + 1
    wrk.headers["Cookie"] = #cookies > 0 and cookies[asked % #cookies + 1] or nil
    wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
    return wrk.format()
end
"""
_FILES = """
    server {
        listen 127.0.0.1:PORT;
        root FOLDER;
        default_type text/html;
        open_file_cache max=4096 inactive=60s;
    }
"""


@dataclass(frozen=True)
class Asked:
    """A page behind the edge, the same bytes as a file, and the requests for both."""

    page: str
    file: str
    requests: Path


def measure() -> list[Figure]:
    """In a copy of the project with a demo of its own; nothing where a program is missing."""
    if missing := [program for program in _NEEDED if not fronts.is_there(program)]:
        print(f"The edge was not measured: there is no {' and no '.join(missing)} here.")
        return []
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = startup.clone(Path(scratch))
        subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        return figures(copy)


def figures(copy: Path) -> list[Figure]:
    """Of a copy of the project whose demo is not running."""
    with startup.running(copy) as site, ExitStack() as stack:
        environment = {**pagecache.environment(copy, site), "TRUSTED_PROXY_COUNT": "1"}
        subjects = _subjects(copy, environment)
        application = stack.enter_context(pagecache.granian(copy, "newsroom.wsgi:application", environment))
        folder = copy / "var" / "edge"
        port, files = stack.enter_context(_nginx(folder, application))
        members = [f"sessionid={session}" for session in subjects["sessions"]]
        free = _asked(folder, f"http://127.0.0.1:{port}{subjects['free']}", f"http://127.0.0.1:{files}/free", [])
        paid = _asked(folder, f"http://127.0.0.1:{port}{subjects['paid']}", f"http://127.0.0.1:{files}/paid", members)
        return [
            _figure("a stranger's article behind nginx, answers a second", free, "target over 70 %"),
            _figure(f"{MEMBERS} members' paid article behind nginx, answers a second", paid, "target over 50 %"),
        ]


def _figure(name: str, asked: Asked, remark: str) -> Figure:
    for url in (asked.page, asked.file):
        _rate(url, asked.requests, 1)
    pairs = [(_rate(asked.page, asked.requests), _rate(asked.file, asked.requests)) for _round in range(ROUNDS)]
    pages, files = zip(*pairs, strict=True)
    return Figure(name, pages, limit_name="the same bytes as a file", limit=files, remark=remark, unit="/s")


def _rate(url: str, requests: Path, seconds: int = SECONDS) -> float:
    """Answers a second, from wrk in one thread. Raises RuntimeError where not all of them were whole."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(requests), url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return float(rate[1])


@contextmanager
def _nginx(folder: Path, application: int) -> Iterator[tuple[int, int]]:
    """The edge, and a server of files in the same nginx; gives the ports of both."""
    bytes_of, port = folder / "bytes", startup.free_port()
    bytes_of.mkdir(parents=True)
    more = _FILES.replace("PORT", str(port)).replace("FOLDER", str(bytes_of))
    with fronts.nginx(folder, application, fronts.Files(bytes_of, bytes_of), more) as edge:
        yield edge, port


def _asked(folder: Path, page: str, file: str, cookies: list[str]) -> Asked:
    """Write down the requests, and the page as a file. Raises RuntimeError where the edge does not keep it."""
    name = file.rpartition("/")[2]
    requests = folder / f"{name}.lua"
    requests.write_text(_REQUESTS.replace("COOKIES", ", ".join(map(json.dumps, cookies))))
    for _time in range(50):
        headers = {"Accept-Encoding": "gzip, deflate, br"} | ({"Cookie": cookies[0]} if cookies else {})
        with urllib.request.urlopen(urllib.request.Request(page, headers=headers)) as answer:
            body, word = answer.read(), answer.headers["X-Cache"]
        if word == "hit (edge)":
            (folder / "bytes" / name).write_bytes(body)
            return Asked(page, file, requests)
    raise RuntimeError(f"{page} is not kept: {word}")


def _subjects(copy: Path, environment: dict[str, str]) -> dict[str, list[str]]:
    """The addresses to ask, and the members' sessions."""
    script = _SUBJECTS.replace("MEMBERS", str(MEMBERS))
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "--command", script]
    said = subprocess.run(shell, cwd=copy, env=environment, check=True, capture_output=True, text=True).stdout
    found: dict[str, list[str]] = json.loads(said.strip().splitlines()[-1])
    return found
