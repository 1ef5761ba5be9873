"""A burst of a thousand webhooks in ten seconds: how soon each is answered, and how soon all are worked off.

The local Stripe holds 250 subscriptions; four real events of each are sent to a running demo at an even pace, shuffled,
one in twenty of them twice. A late answer makes those behind it late: each is timed from when it was due.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import startup
from benchmarks.figures import Figure
from benchmarks.scores import wait_for_sizes
from newsroom.embedded.addresses import addresses, stripe_port

ROUNDS = 5
CUSTOMERS = 250
EVENTS_EACH = 4
SECONDS = 10.0
_TWICE = 20
_SENDERS = 16
_DEADLINE = 180.0
# Of the events of a subscription that begins, those that matter and one that does not.
_TYPES = ("customer.subscription.created", "invoice.finalized", "invoice.paid", "customer.created")
_STATES = "SELECT state, count(*) FROM memberships_stripeevent WHERE event_id LIKE %s GROUP BY state"
_TAKE_IN = """
import json, sys
from memberships import clock
from memberships.models import Customer, User
for number, stripe_id in enumerate(json.load(sys.stdin)):
    user = User.objects.create_user(f"burst{number}@readers.example")
    Customer.objects.create(user=user, stripe_id=stripe_id, created_at=clock.now())
"""


@dataclass(frozen=True)
class Message:
    """What is sent at a moment, in seconds from the start."""

    due: float
    body: bytes


def measure() -> list[Figure]:
    """In a copy of the project with a demo of its own."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = startup.clone(Path(scratch))
        subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        with startup.running(copy) as site:
            wait_for_sizes(site)
            return _figures(copy, site)


def _figures(copy: Path, site: str) -> list[Figure]:
    port = int(site.rpartition(":")[2])
    stripe, known = _Stripe(stripe_port(port)), addresses(copy / "var" / "demo", port)
    variables = os.environ | {"MODE": "demo", "PORT": str(port), "NEWSROOM_VAR": str(copy / "var" / "demo")}
    manage = [copy / ".venv" / "bin" / "python", "manage.py"]
    subprocess.run([*manage, "stripe_sync_catalogue"], cwd=copy, env=variables, check=True, capture_output=True)
    customers = stripe.subscribe(CUSTOMERS)
    subprocess.run(
        [*manage, "shell", "-c", _TAKE_IN],
        cwd=copy, env=variables, check=True, capture_output=True, input=json.dumps(customers).encode(),
    )  # fmt: skip
    events = stripe.events_of(customers)
    answered, beside, worked_off = [], [], []
    for number in range(ROUNDS):
        burst = _burst(events, number)
        answered.append(_percentile_99(send(port, burst, known.stripe_webhook_secret)))
        worked_off.append(_until_worked_off(known.database_url, number))
        beside.append(_percentile_99(send(port, [Message(each.due, b"") for each in burst], None)))
    return [
        Figure(
            "1,000 webhooks in 10 s, 99 in 100 answered within",
            tuple(answered),
            limit_name="an empty answer at the same pace",
            limit=tuple(beside),
            remark="target under 250 ms; all were stored, once",
            unit=" ms",
        ),
        Figure(
            "from the last of them until all are worked off", tuple(worked_off), remark="250 customers, two workers"
        ),
    ]


class _Stripe:
    """Does at the local Stripe what 250 people would."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/v1/"

    def subscribe(self, number: int) -> list[str]:
        """As many trials, of which the site hears nothing by itself; answers their customers."""
        for endpoint in self._ask("webhook_endpoints")["data"]:
            self._ask(f"webhook_endpoints/{endpoint['id']}", disabled="true")
        price = self._ask("prices?lookup_keys[0]=pro_annual")["data"][0]["id"]
        customers = [self._ask("customers", email=f"burst{each}@readers.example")["id"] for each in range(number)]
        for customer in customers:
            self._ask("subscriptions", **{"customer": customer, "items[0][price]": price, "trial_period_days": "7"})
        return customers

    def events_of(self, customers: Sequence[str]) -> list[dict[str, Any]]:
        """Four of each customer's, in the order in which they happened."""
        wanted, found = set(customers), defaultdict(list)
        for event in self._events():
            subject = event["data"]["object"]
            customer = subject["id"] if subject["object"] == "customer" else subject.get("customer")
            if customer in wanted and event["type"] in _TYPES:
                found[customer].append(event)
        short = [customer for customer in customers if len(found[customer]) != EVENTS_EACH]
        if short:
            raise RuntimeError(f"{len(short)} customers do not have {EVENTS_EACH} events.")
        return [event for customer in customers for event in reversed(found[customer])]

    def _events(self) -> Iterator[dict[str, Any]]:
        after = ""
        while True:
            page = self._ask(f"events?limit=100{after}")
            yield from page["data"]
            if not page["has_more"]:
                return
            after = f"&starting_after={page['data'][-1]['id']}"

    def _ask(self, path: str, **params: str) -> dict[str, Any]:
        body = urllib.parse.urlencode(params).encode() if params else None
        request = urllib.request.Request(self._base + path, body, {"Authorization": "Bearer sk_test_local_stand_in"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: dict[str, Any] = json.load(answer)
            return said


def _burst(events: Sequence[dict[str, Any]], number: int) -> list[Message]:
    """New events about the same things, in an order of its own, one in twenty twice, over ten seconds."""
    bodies = [json.dumps({**event, "id": f"{event['id']}_{number}"}).encode() for event in events]
    bodies += bodies[::_TWICE]
    random.Random(number).shuffle(bodies)
    return [Message(place * SECONDS / len(bodies), body) for place, body in enumerate(bodies)]


def send(port: int, messages: Sequence[Message], secret: str | None) -> list[float]:
    """Seconds from when each was due to its answer; without a secret an address is asked that does nothing."""
    turn, start = itertools.count(), time.perf_counter() + 0.2
    late: list[float] = []

    def sender() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (place := next(turn)) < len(messages):
            message = messages[place]
            time.sleep(max(0.0, start + message.due - time.perf_counter()))
            status = _post(connection, message.body, secret)
            late.append(time.perf_counter() - start - message.due)
            if status != 200:
                raise RuntimeError(f"An event was answered with {status}.")

    with ThreadPoolExecutor(_SENDERS) as pool:
        for done in [pool.submit(sender) for _each in range(_SENDERS)]:
            done.result()
    return late


def _post(connection: http.client.HTTPConnection, body: bytes, secret: str | None) -> int:
    if secret is None:
        connection.request("GET", "/healthz")
    else:
        stamp = int(time.time())
        mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={stamp},v1={mac}"}
        connection.request("POST", "/webhooks/stripe/", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _percentile_99(seconds: Sequence[float]) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100)[98] * 1000


def _until_worked_off(database_url: str, number: int) -> float:
    """Seconds until none of the burst waits. All of it must be there, once, and worked off to its end."""
    start = time.perf_counter()
    of_burst = ("%\\_" + str(number),)
    with psycopg.connect(database_url, autocommit=True) as database:
        while time.perf_counter() - start < _DEADLINE:
            rows = dict(database.execute(_STATES, of_burst).fetchall())
            if sum(rows.values()) != CUSTOMERS * EVENTS_EACH or not set(rows) <= {"done", "ignored", "received"}:
                raise RuntimeError(f"Events are missing or went wrong: {rows}.")
            if "received" not in rows:
                return time.perf_counter() - start
            time.sleep(0.1)
    raise RuntimeError(f"After {_DEADLINE:.0f} s events still wait: {rows}.")
