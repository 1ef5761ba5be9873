"""What `make demo` runs: every process of the product, in the order in which they need each other."""

from __future__ import annotations

import hashlib
import http.client
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from newsroom.catalogues import CatalogueError, compile_catalogues
from newsroom.embedded import EngineError, valkey
from newsroom.embedded.addresses import addresses, identity_port, mail_port, stripe_port
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Service
from newsroom.embedded.supervisor import Stage, Step, say

ROOT = Path(__file__).resolve().parent.parent.parent
HIGHEST_PORT = 65535 - 43


@dataclass(frozen=True)
class Demo:
    """The demo that keeps its state in `var` and serves on `port`.

    `given` is the environment it was started in: a server named there is used, and none of our own started for it.
    """

    var: Path
    port: int
    given: Mapping[str, str]

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ports(self) -> dict[int, str]:
        """What each loopback port is for."""
        ports = {self.port: "the site"}
        if not self._has("EMAIL_URL"):
            ports[mail_port(self.port)] = "the mail inbox"
        if not self._has("STRIPE_SECRET_KEY"):
            ports[stripe_port(self.port)] = "the local Stripe"
        if self._has_stand_ins_of_providers:
            ports[identity_port(self.port)] = "the local identity provider"
        return ports

    def stages(self) -> list[Stage]:
        return [
            self._engines(),
            # The files need no database; migrating, they have a core of their own.
            [self._migrate(), self._collect_static()],
            [self._seed()],
            [self._web(), self._worker(), self._beat()],
        ]

    def announce(self) -> None:
        say(f"\nReady: {self.site}")
        if not self._has("EMAIL_URL"):
            say(f"Mail:  {self.site}/inbox/")
        if not self._has("STRIPE_SECRET_KEY"):
            say(f"Clock: http://127.0.0.1:{stripe_port(self.port)}/_stand_in/")
        sign_ins = self.var / "sign-ins.txt"
        if sign_ins.exists():
            say(f"\n{sign_ins.read_text(encoding='utf-8').rstrip()}")
        say("\nCtrl-C stops everything; the next start finds its data again.")

    def _engines(self) -> Stage:
        services = []
        if not self._has("DATABASE_URL"):
            services.append(Postgres(self.var).service())
        if not self._has("REDIS_URL"):
            services.append(valkey.queue(self.var).service())
            if not self._has("CACHE_URL"):
                services.append(valkey.cache(self.var).service())
        if not self._has("EMAIL_URL"):
            services.append(self._mail())
        if not self._has("STRIPE_SECRET_KEY"):
            services.append(self._stripe())
        if self._has_stand_ins_of_providers:
            services.append(self._identity())
        return services

    def _mail(self) -> Service:
        port, inbox = mail_port(self.port), addresses(self.var, self.port).inbox_dir
        service = self._python("mail", "newsroom.embedded.mail", "--port", str(port), "--inbox", str(inbox))
        return replace(service, is_ready=lambda pid: _listens(port))

    def _stripe(self) -> Service:
        port, known = stripe_port(self.port), addresses(self.var, self.port)
        options = {
            "--port": str(port),
            "--state": str(self.var / "stripe"),
            "--clock": str(known.clock_file),
            "--webhook": f"{self.site}/webhooks/stripe/",
            "--webhook-secret": known.stripe_webhook_secret,
        }
        service = self._python("stripe", "newsroom.embedded.stripe", *_flat(options))
        return replace(service, is_ready=lambda pid: _is_healthy(port))

    def _identity(self) -> Service:
        port = identity_port(self.port)
        service = self._python("identity", "newsroom.embedded.identity", "--port", str(port))
        return replace(service, is_ready=lambda pid: _is_healthy(port))

    def _migrate(self) -> Step:
        return Step(replace(self._manage("migrate", "--no-input"), prepare=_compile_catalogues))

    def _seed(self) -> Step:
        """Fill a new database. The marker lies beside the cluster, so that the two are deleted together."""
        database = hashlib.sha256(self.given.get("DATABASE_URL", "").encode()).hexdigest()[:8]
        marker = Postgres(self.var).home / f"seeded-{database}"

        def mark() -> None:
            marker.parent.mkdir(mode=0o700, exist_ok=True)
            marker.touch()

        return Step(self._manage("seed_demo"), is_needed=lambda: not marker.exists(), done=mark)

    def _collect_static(self) -> Step:
        collected, stamp, now = self.var / "static", self.var / "static.stamp", static_fingerprint(ROOT)
        return Step(
            self._manage(
                "collectstatic", "--no-input", "--verbosity", "0", "--ignore", "redoc", "--ignore", "rest_framework"
            ),
            is_needed=lambda: not (collected.is_dir() and stamp.is_file() and stamp.read_text() == now),
            done=lambda: _replace_text(stamp, now),
        )

    def _web(self) -> Service:
        options = {
            "--interface": "wsgi",
            "--host": "127.0.0.1",
            "--port": str(self.port),
            "--workers": "2",
            "--blocking-threads": "4",
            "--workers-kill-timeout": "2",
        }
        switches = ("--no-ws", "--respawn-failed-workers")
        service = self._python("web", "granian", *_flat(options), *switches, "newsroom.wsgi:application")
        return replace(service, is_ready=lambda pid: _is_healthy(self.port))

    def _worker(self) -> Service:
        options = ("--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
        service = self._python("worker", "celery", "-A", "newsroom", "worker", *options)
        # First warm; a task that runs on is then given back to the queue.
        return replace(service, stop=((signal.SIGTERM, 3.5), (signal.SIGQUIT, 1.0)))

    def _beat(self) -> Service:
        memory = self.var / "celery"
        options = ("--loglevel", "INFO", "--schedule", str(memory / "beat"))
        service = self._python("beat", "celery", "-A", "newsroom", "beat", *options)
        return replace(service, prepare=lambda: memory.mkdir(exist_ok=True))

    def _manage(self, *arguments: str) -> Service:
        command = [sys.executable, "manage.py", *arguments]
        return Service(arguments[0], command, self._environment, working_directory=ROOT)

    def _python(self, name: str, module: str, *arguments: str) -> Service:
        command = [sys.executable, "-m", module, *arguments]
        return Service(name, command, self._environment, working_directory=ROOT)

    @cached_property
    def _environment(self) -> dict[str, str]:
        # What PGHOST and its kin say is meant for a PostgreSQL of the user's own.
        foreign = () if self._has("DATABASE_URL") else ("PG",)
        environment = {name: value for name, value in self.given.items() if not name.startswith(foreign)}
        # The stand-ins are next door, whatever proxy leads to the world.
        direct = ",".join(filter(None, (self.given.get("NO_PROXY"), "127.0.0.1,localhost")))
        return environment | {
            "MODE": "demo",
            "PORT": str(self.port),
            "NEWSROOM_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": direct,
            "no_proxy": direct,
        }

    @property
    def _has_stand_ins_of_providers(self) -> bool:
        return not all(map(self._has, ("GOOGLE_CLIENT_ID", "MICROSOFT_CLIENT_ID", "APPLE_CLIENT_ID")))

    def _has(self, name: str) -> bool:
        return name in self.given or f"{name}_FILE" in self.given


def read_port(text: str | None) -> int:
    """The port of PORT=, 8000 when it is not set. Raises EngineError when it is no usable number."""
    if not text:
        return 8000
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise EngineError(f"PORT={text} is no port the site can use. Choose a number between 1024 and {HIGHEST_PORT}.")
    return int(text)


def static_fingerprint(root: Path) -> str:
    """A text that changes when a static file, a package that brings some, or the way they are stored does."""
    digest = hashlib.sha256()
    for source in (
        root / "requirements" / "run.txt",
        root / "newsroom" / "settings.py",
        root / "newsroom" / "bundles.py",
    ):
        digest.update(source.read_bytes())
    folders = [root / "static", *sorted(root.glob("*/static"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        found = path.stat()
        digest.update(f"{path.relative_to(root)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _compile_catalogues() -> None:
    try:
        compile_catalogues(ROOT)
    except CatalogueError as error:
        raise EngineError(str(error)) from error
    except PermissionError as error:
        say(f"The translations stay as they are, since {error.filename} cannot be written.")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _is_healthy(port: int) -> bool:
    """True when /healthz on this loopback port answers 200. No proxy is asked, whatever the environment says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _replace_text(path: Path, text: str) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_text(text)
    draft.replace(path)


def _flat(options: Mapping[str, str]) -> list[str]:
    return [part for option in options.items() for part in option]
