"""Webhooks: every event goes, signed, to every endpoint that listens for its type, until the endpoint answers 2xx.

Retries and back-off follow the machine's time, not the moved clock: they are about the wire. So does the signature's
timestamp, which the SDK compares with the machine's time.
"""

import hashlib
import hmac
import http.client
import json
import random
import sys
import threading
import time
import traceback
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from newsroom.embedded.stripe.presentation import present
from newsroom.embedded.stripe.store import Document, Store

# Seconds until the next try; the last one is repeated until the tries are used up, some three days.
BACKOFF = (1, 2, 5, 10, 30, 60, 300, 900, 3600)
MOST_ATTEMPTS = 80
_PATIENCE = 10.0
_SHUFFLE_WITHIN = 4.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Chaos:
    """How badly the wire behaves: ``delay`` in seconds, ``drop`` loses events until they are sent again by hand."""

    duplicate: bool = False
    shuffle: bool = False
    drop: bool = False
    delay: int = 0

    @classmethod
    def of(cls, store: Store) -> "Chaos":
        return cls(**json.loads(store.note("chaos", "{}")))

    def write(self, store: Store) -> None:
        store.write_note("chaos", json.dumps(asdict(self)))


def enqueue(store: Store, event: Document) -> None:
    chaos = Chaos.of(store)
    for endpoint in store.select("webhook_endpoint", oldest_first=True):
        if endpoint["status"] != "enabled" or not {"*", event["type"]} & set(endpoint["enabled_events"]):
            continue
        for _ in range(2 if chaos.duplicate else 1):
            wait = chaos.delay + (random.uniform(0, _SHUFFLE_WITHIN) if chaos.shuffle else 0)  # noqa: S311
            state = "dropped" if chaos.drop else "waiting"
            store.run(
                "INSERT INTO deliveries (event, endpoint, state, next_at) VALUES (?, ?, ?, ?)",
                event["id"],
                endpoint["id"],
                state,
                time.time() + wait,
            )


def send_again(store: Store, event_id: str | None = None) -> None:
    """Queue one event again, or every one that was lost or given up."""
    which = ("event = ?", event_id) if event_id else ("state IN (?, 'dropped')", "failed")
    store.run(
        f"UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ? WHERE {which[0]}",  # noqa: S608
        time.time(),
        which[1],
    )


def untried(store: Store) -> int:
    """How many deliveries are due and have not been tried once."""
    statement = "SELECT count(*) FROM deliveries WHERE state = 'waiting' AND attempts = 0 AND next_at <= ?"
    count: int = store.rows(statement, time.time())[0][0]
    return count


def signature(payload: bytes, secret: str, moment: int) -> str:
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


class Sender(threading.Thread):
    """Takes due deliveries one by one, oldest first, so that by default events arrive in the order they happened."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._store = store
        self._woken = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopped = True
        self.wake()

    def run(self) -> None:
        while not self._stopped:
            try:
                sent = self._send_next()
            except Exception:
                traceback.print_exc(file=sys.stderr)
                sent = False
            if not sent:
                self._woken.wait(timeout=0.2)
                self._woken.clear()

    def _send_next(self) -> bool:
        due = self._store.rows(
            "SELECT * FROM deliveries WHERE state = 'waiting' AND next_at <= ?"
            " ORDER BY attempts > 0, next_at, id LIMIT 1",
            time.time(),
        )
        if not due:
            return False
        delivery = due[0]
        with self._store.transaction():
            endpoint = self._store.get(delivery["endpoint"], "webhook_endpoint")
            event = self._store.get(delivery["event"], "event")
            shown = present(self._store, event) if event else None
        status, answer = (0, "The endpoint is gone.") if not (endpoint and shown) else _post(endpoint, shown)
        self._record(delivery, status, answer)
        return True

    def _record(self, delivery: Any, status: int, answer: str) -> None:
        attempts = delivery["attempts"] + 1
        wait = BACKOFF[min(attempts, len(BACKOFF)) - 1]
        state = "done" if 200 <= status < 300 else "failed" if attempts >= MOST_ATTEMPTS else "waiting"
        self._store.run(
            "UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, answer = ? WHERE id = ?",
            state,
            attempts,
            time.time() + wait,
            answer,
            delivery["id"],
        )


def _post(endpoint: Document, event: Document) -> tuple[int, str]:
    """The status answered (0 for none) and a word about it. Redirects are failures, as they are at Stripe."""
    address = urlsplit(endpoint["url"])
    if address.hostname not in _LOOPBACK:
        return 0, "The stand-in sends to this machine only."
    payload = json.dumps({**event, "api_version": endpoint["api_version"] or event["api_version"]}, indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (development stand-in)",
        "Stripe-Signature": signature(payload, endpoint["_secret"], int(time.time())),
    }
    connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=_PATIENCE)
    try:
        connection.request(
            "POST", f"{address.path or '/'}{'?' if address.query else ''}{address.query}", payload, headers
        )
        response = connection.getresponse()
        response.read(4096)
        return response.status, f"{response.status} {response.reason}"
    except TimeoutError:
        return 0, f"No answer within {_PATIENCE:.0f} seconds"
    except (OSError, http.client.HTTPException) as error:
        return 0, f"No answer: {getattr(error, 'strerror', None) or error}"
    finally:
        connection.close()
