"""A process whose children send an edition and kill themselves on the way.

Nothing of the product knows of it: what a sender does to the world are statements to PostgreSQL, commits, and words to
the next server, so these are counted, before and after each, and a child told to die at the n-th does so by SIGKILL.
Told so, it may die with half a letter out; or lose PostgreSQL there, as when that is restarted, and see how it fares.

``python -m tests.newsletters.kills.victims`` reads one JSON object a line: ``edition``, ``window``, ``stops_at``, 0 for
never, and ``is_cut_off`` for one that only loses PostgreSQL. It answers with one: ``is_dead``, and ``passed``, the
names of the points in their order.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import date
from http.client import HTTPConnection
from typing import Any, TypeVar

import django
import psycopg
from django.db import DatabaseError, connection

T = TypeVar("T")


class Points:
    """Says each point a child passes, and stops it at the one it was told."""

    def __init__(self, stops_at: int, stop: Callable[[], object], told: int) -> None:
        self._passed = 0
        self._stops_at, self._stop, self._told = stops_at, stop, told

    def __call__(self, name: str) -> None:
        self._passed += 1
        os.write(self._told, f"{name}\n".encode())
        if self._passed == self._stops_at:
            self._stop()

    def around(self, name: str, act: Callable[..., T]) -> Callable[..., T]:
        def acting(*args: Any, **named: Any) -> T:
            self(f"before {name}")
            done = act(*args, **named)
            self(f"after {name}")
            return done

        return acting


def main() -> None:
    django.setup()
    # Whatever a sender imports on the way is imported once, here.
    from newsletters import tasks  # noqa: F401, PLC0415
    from newsletters.substitution import Places  # noqa: PLC0415

    Places(0, date.min)
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_fate(asked)) + "\n")
        sys.stdout.flush()


def _fate(asked: dict[str, Any]) -> dict[str, Any]:
    reading, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(asked, told)
    os.close(told)
    with os.fdopen(reading, "rb") as answer:
        passed = answer.read().decode().splitlines()
    _pid, status = os.waitpid(child, 0)
    return {"is_dead": os.WIFSIGNALED(status), "passed": passed}


def _live(asked: dict[str, Any], told: int) -> None:
    try:
        _send(asked, Points(asked["stops_at"], _cut_off if asked["is_cut_off"] else _die, told))
    except DatabaseError:
        if not asked["is_cut_off"]:
            raise
    finally:
        os._exit(0)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _cut_off() -> None:
    """End our own session from another, as a server that is restarted does."""
    ours = connection.connection
    with psycopg.connect(ours.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [ours.info.backend_pid])


def _send(asked: dict[str, Any], points: Points) -> None:
    from newsletters import tasks  # noqa: PLC0415
    from newsletters.delivery.dispatch import BySmtp  # noqa: PLC0415
    from newsletters.delivery.providers.sending import ByProvider  # noqa: PLC0415

    BySmtp.window = ByProvider.window = asked["window"]  # type: ignore[method-assign, assignment]
    connection.ensure_connection()
    connection._commit = points.around("a commit", connection._commit)  # type: ignore[attr-defined]
    smtplib.SMTP.getreply = points.around("a reply", smtplib.SMTP.getreply)  # type: ignore[method-assign]
    smtplib.SMTP.send = _halting(smtplib.SMTP.send, points)  # type: ignore[method-assign, assignment]
    HTTPConnection.getresponse = points.around("a reply", HTTPConnection.getresponse)  # type: ignore[method-assign]
    HTTPConnection.send = _halting(HTTPConnection.send, points)  # type: ignore[method-assign, assignment]

    def execute(run: Callable[..., T], sql: str, *args: Any) -> T:
        return points.around(" ".join(sql.split()[:3]), run)(sql, *args)

    with connection.execute_wrapper(execute):
        tasks.send_edition(asked["edition"])


def _halting(send: Callable[[Any, Any], None], points: Points) -> Callable[[Any, Any], None]:
    """Words to the next server; of what is longer than a command, one half and then the other."""

    def halves(server: Any, said: Any) -> None:
        points("before words")
        middle = len(said) // 2 if len(said) > 1000 else 0
        if middle:
            send(server, said[:middle])
            points("within a letter")
        send(server, said[middle:])
        points("after words")

    return halves


if __name__ == "__main__":
    main()
