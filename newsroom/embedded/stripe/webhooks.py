"""Webhooks: every event goes, signed, to every endpoint that listens for its type, until the endpoint answers 2xx.

Retries and back-off follow the machine's time, not the moved clock: they are about the wire. So does the signature's
timestamp, which the SDK compares with the machine's time.
"""

import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
import traceback
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import urlsplit

from newsroom.embedded.stripe.chaos import MOST_SENDERS, Chaos, Passage
from newsroom.embedded.stripe.presentation import present
from newsroom.embedded.stripe.store import Document, Store, new_id

# Seconds until the next try; the last one is repeated until the tries are used up, some three days.
BACKOFF = (1, 2, 5, 10, 30, 60, 300, 900, 3600)
MOST_ATTEMPTS = 80
_PATIENCE = 10.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def enqueue(store: Store, event: Document) -> None:
    """Put the event on its way to every endpoint that listens, as well or badly as the wire behaves."""
    passage = Chaos.of(store).passage(store)
    for telling in range(passage.tellings):
        # A second telling is a second Event object: nothing but its id tells it from the first.
        told = {**event, "_sent_as": passage.version, **({"id": new_id("evt")} if telling else {})}
        if telling or passage.version:
            store.put(told)
        for endpoint in store.select("webhook_endpoint", oldest_first=True):
            if endpoint["status"] == "enabled" and {"*", event["type"]} & set(endpoint["enabled_events"]):
                _queue(store, told["id"], endpoint["id"], passage)


def _queue(store: Store, event: str, endpoint: str, passage: Passage) -> None:
    for _ in range(passage.copies):
        store.run(
            "INSERT INTO deliveries (event, endpoint, state, next_at) VALUES (?, ?, ?, ?)",
            event,
            endpoint,
            "dropped" if passage.is_lost else "waiting",
            time.time() + passage.wait,
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
    statement = (
        "SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'sending') AND attempts = 0 AND next_at <= ?"
    )
    count: int = store.rows(statement, time.time())[0][0]
    return count


def signature(payload: bytes, secret: str, moment: int) -> str:
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


class Sender(threading.Thread):
    """Takes due deliveries one by one, oldest first, so that by default events arrive in the order they happened. With
    several senders it hands each on to one that is free."""

    def __init__(self, store: Store) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._store = store
        self._woken = threading.Event()
        self._stopped = False
        self._hands = ThreadPoolExecutor(MOST_SENDERS, "webhooks")
        self._under_way: set[Future[None]] = set()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopped = True
        self.wake()

    def run(self) -> None:
        # What an earlier process took in hand and did not finish.
        self._store.run("UPDATE deliveries SET state = 'waiting' WHERE state = 'sending'")
        while not self._stopped:
            try:
                sent = self._send_next()
            except Exception:
                traceback.print_exc(file=sys.stderr)
                sent = False
            if not sent:
                self._woken.wait(timeout=0.2)
                self._woken.clear()
        self._hands.shutdown()

    def _send_next(self) -> bool:
        senders = Chaos.of(self._store).senders
        while len(self._under_way) >= senders:
            self._under_way = wait(self._under_way, return_when=FIRST_COMPLETED).not_done
        delivery = self._claim()
        if delivery is None:
            return False
        if senders == 1:
            self._deliver(delivery)
        else:
            self._under_way.add(self._hands.submit(self._deliver, delivery))
        return True

    def _claim(self) -> Any:
        with self._store.transaction():
            due = self._store.rows(
                "SELECT * FROM deliveries WHERE state = 'waiting' AND next_at <= ?"
                " ORDER BY attempts > 0, next_at, id LIMIT 1",
                time.time(),
            )
            for delivery in due:
                self._store.run("UPDATE deliveries SET state = 'sending' WHERE id = ?", delivery["id"])
            return due[0] if due else None

    def _deliver(self, delivery: Any) -> None:
        status, answer = 0, "The stand-in failed on it."
        try:
            with self._store.transaction():
                endpoint = self._store.get(delivery["endpoint"], "webhook_endpoint")
                event = self._store.get(delivery["event"], "event")
                shown = present(self._store, event) if event else None
            if endpoint and event and shown:
                version = event.get("_sent_as") or endpoint["api_version"] or shown["api_version"]
                status, answer = _post(endpoint, {**shown, "api_version": version})
            else:
                answer = "The endpoint is gone."
        except Exception:
            traceback.print_exc(file=sys.stderr)
        self._record(delivery, status, answer)

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
    payload = json.dumps(event, indent=2).encode()
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
