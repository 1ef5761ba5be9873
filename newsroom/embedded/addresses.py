"""Where the embedded engines and the stand-ins are found, derived from one directory and one port.

Nothing here needs a running process or a third-party package: settings, engines, supervisor and tests all compute the
same addresses from ``NEWSROOM_VAR`` and ``PORT`` and so need not tell each other.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsroom.embedded import EngineError

MAIL_PORT_OFFSET = 25
STRIPE_PORT_OFFSET = 42
IDENTITY_PORT_OFFSET = 43

DATABASE_NAME = "newsroom"
DATABASE_USER = "newsroom"
# Said everywhere, so that a PGPORT in somebody's environment means nothing here.
POSTGRES_PORT = 5432
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"
QUEUE_SOCKET = "queue.sock"
CACHE_SOCKET = "cache.sock"

# A socket's path may have 103 bytes on macOS and 107 on Linux, the longest name of ours included.
_LONGEST_SOCKET_PATH = 103
# Characters that mean the same in a path, in a libpq URL and in a Redis URL, quoted or not.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_SECRET_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Addresses:
    """Every address a process of the product needs.

    ``database_url`` is a libpq URL whose socket directory stands in the ``host`` parameter. ``queue_url`` is in kombu's
    ``redis+socket`` form and ``cache_url`` in redis-py's ``unix`` form.
    """

    database_url: str
    queue_url: str
    cache_url: str
    email_url: str
    inbox_dir: Path
    clock_file: Path
    stripe_api_base: str
    stripe_webhook_secret: str
    identity_base: str


def addresses(var: Path, web_port: int = 8000) -> Addresses:
    """The addresses of the product that keeps its state in `var` and serves on `web_port`.

    The webhook secret is made on first use; nothing else is created. Raises EngineError when `var` cannot be used.
    """
    var, sockets = var.resolve(), sockets_dir(var)
    return Addresses(
        database_url=f"postgresql://{DATABASE_USER}@/{DATABASE_NAME}?host={sockets}&port={POSTGRES_PORT}",
        queue_url=f"redis+socket://{sockets / QUEUE_SOCKET}?virtual_host=0",
        cache_url=f"unix://{sockets / CACHE_SOCKET}?db=0",
        email_url=f"smtp://127.0.0.1:{mail_port(web_port)}",
        inbox_dir=var / "inbox",
        clock_file=var / "clock",
        stripe_api_base=f"http://127.0.0.1:{stripe_port(web_port)}",
        stripe_webhook_secret=f"whsec_{secret(var, 'stripe-webhook')}",
        identity_base=f"http://127.0.0.1:{identity_port(web_port)}",
    )


def mail_port(web_port: int) -> int:
    return web_port + MAIL_PORT_OFFSET


def stripe_port(web_port: int) -> int:
    return web_port + STRIPE_PORT_OFFSET


def identity_port(web_port: int) -> int:
    return web_port + IDENTITY_PORT_OFFSET


def sockets_dir(var: Path) -> Path:
    """A directory short and plain enough for socket paths: under `var`, else under /tmp with a name made from `var`.

    /tmp is meant literally: TMPDIR differs between terminals, and two processes must compute the same path.
    """
    directory = var.resolve() / "run"
    longest = len(os.fsencode(directory / POSTGRES_SOCKET))
    if longest <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(directory)):
        return directory
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path("/tmp") / f"newsroom-{name}"  # noqa: S108 - created 0700 and its owner verified by the engines


def secret(var: Path, name: str) -> str:
    """The secret called `name`, made on first use and kept in `var`/secrets, readable by its owner alone.

    Processes that ask at the same moment get the same value. Raises EngineError when it can be neither read nor made.
    """
    if not _SECRET_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a secret")
    path = var / "secrets" / name
    try:
        if not path.exists():
            _create_secret(path)
        value = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"The secret in {path} can be neither read nor made: {error}.") from error
    if not value:
        raise EngineError(f"The secret in {path} is empty. Delete the file and start again.")
    return value


def _create_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    # A link never replaces: of two processes that get here together, the first one's value holds for both.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def engines_running(var: Path) -> bool:
    """True when PostgreSQL and both Valkey servers of `var` accept connections."""
    directory = sockets_dir(var)
    return all(_accepts(directory / name) for name in (POSTGRES_SOCKET, QUEUE_SOCKET, CACHE_SOCKET))


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
