"""What a kept page costs beside the least a WSGI application can do, and a member's beside a stranger's.

One Granian worker serves the site, another a bare application that answers with the very bytes of the article. Both are
asked in turn by the same load generator, on the same cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import startup, uncached
from benchmarks.figures import Figure
from benchmarks.load import Target, rate
from benchmarks.scores import wait_for_sizes
from newsroom.embedded.addresses import addresses, secret

ROUNDS = 7
SECONDS = 4.0
WARM = 1.0
_SUBJECTS = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from articles.models import Article
from memberships.models import User
user = User.objects.get(email="member@readers.example")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
published = Article.objects.filter(state="published", language="en").order_by("-first_published_at")
print(json.dumps({
    "session": session.session_key,
    "free": published.filter(access="free").first().get_absolute_url(),
    "paid": published.filter(access="product").first().get_absolute_url(),
}))
"""


def measure() -> list[Figure]:
    """In a copy of the project with a demo of its own."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = startup.clone(Path(scratch))
        subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        return figures(copy)


def figures(copy: Path) -> list[Figure]:
    """Of a copy of the project whose demo is not running."""
    with startup.running(copy) as site, ExitStack() as stack:
        variables = environment(copy, site)
        # A new demo's worker has its hands full until then, on the cores that are measured.
        wait_for_sizes(site)
        subjects = _subjects(copy, variables)
        port = stack.enter_context(granian(copy, "newsroom.wsgi:application", variables))
        for path in (subjects["free"], subjects["paid"]):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
        free, paid, tier = (
            Target(port, subjects["free"], b"x-cache: hit"),
            Target(port, subjects["paid"], b"x-cache: hit"),
            _member(port, subjects),
        )
        hello = stack.enter_context(_hello(copy, variables, free))
        for target in (free, paid, tier, hello):
            rate(target, WARM)
        return [
            _figure("a stranger's article, answers a second", free, hello, "a bare application", "target over 60 %"),
            _figure("a member's paid article, answers a second", tier, paid, "a stranger's", "target over 80 %"),
            uncached.figure(copy, variables, subjects["free"]),
        ]


def _figure(name: str, target: Target, limit: Target, limit_name: str, remark: str) -> Figure:
    pairs = [(rate(target, SECONDS), rate(limit, SECONDS)) for _round in range(ROUNDS)]
    return Figure(
        name,
        tuple(one for one, _other in pairs),
        limit_name=limit_name,
        limit=tuple(other for _one, other in pairs),
        remark=remark,
        unit="/s",
    )


def _member(port: int, subjects: dict[str, str]) -> Target:
    """The paid article as a member's browser asks for it: with the session and the tier cookie it was given."""
    cookie = f"sessionid={subjects['session']}"
    given = ""
    for _time in range(3):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{subjects['paid']}", headers={"Cookie": cookie})
        with urllib.request.urlopen(request) as answer:
            given = answer.headers.get("Set-Cookie", "") or given
    return Target(port, subjects["paid"], b"x-cache: hit", f"{cookie}; {given.partition(';')[0]}")


@contextmanager
def _hello(copy: Path, environment: dict[str, str], like: Target) -> Iterator[Target]:
    """A bare application with the bytes of another target."""
    body = copy / "var" / "hello"
    request = urllib.request.Request(f"http://127.0.0.1:{like.port}{like.path}")
    for _time in range(2):
        with urllib.request.urlopen(request) as answer:
            body.write_bytes(answer.read())
    with granian(copy, "benchmarks.hello:application", {**environment, "HELLO": str(body)}) as port:
        yield Target(port, "/", b"</html>")


@contextmanager
def granian(copy: Path, application: str, environment: dict[str, str]) -> Iterator[int]:
    """One worker, with the threads the demo gives it."""
    port = startup.free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4", "--log-level", "error", application]
    server = subprocess.Popen(command, cwd=copy, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + startup.DEADLINE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("Granian did not begin to serve.")


def environment(copy: Path, site: str) -> dict[str, str]:
    """The variables of one more web process beside the demo of the copy: production's settings, on the demo's engines.

    The demo's own settings would be measured with what only a demo has, such as a clock that can be moved.
    """
    var, port = copy / "var" / "demo", int(site.rpartition(":")[2])
    engines = addresses(var, port)
    return {
        **os.environ,
        "MODE": "production",
        "PORT": str(port),
        "NEWSROOM_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SITE_NAME": "The Corniche",
        "SITE_URL": site,
        "PRO_NAME": "Corniche PRO",
        "CONTACT_EMAIL": "desk@corniche.example",
        "SALES_EMAIL": "teams@corniche.example",
        "POSTAL_ADDRESS": "12 Harbour Road, Beirut",
        "SECRET_KEY": secret(var, "secret-key"),
        "METRICS_TOKEN": "m" * 40,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.queue_url,
        "CACHE_URL": engines.cache_url,
        "TIME_ZONE": "Asia/Beirut",
        "MEDIA_ROOT": str(var / "media"),
        "STRIPE_SECRET_KEY": "sk_test_benchmark",
        "STRIPE_WEBHOOK_SECRETS": engines.stripe_webhook_secret,
        "EMAIL_URL": engines.email_url,
        "DEFAULT_FROM_EMAIL": "The Corniche <desk@corniche.example>",
        "MESSAGE_ID_DOMAIN": "corniche.example",
    }


def _subjects(copy: Path, environment: dict[str, str]) -> dict[str, str]:
    """The addresses to ask, and a session of the demo's member."""
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "--command", _SUBJECTS]
    said = subprocess.run(shell, cwd=copy, env=environment, check=True, capture_output=True, text=True).stdout
    found: dict[str, str] = json.loads(said.strip().splitlines()[-1])
    return found
