"""The local Stripe as a process of its own, and the wire from it, which the tests hold in their hands."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

GOOD_CARD = "4242 4242 4242 4242"
FAILS_LATER = "4000 0000 0000 0341"
_PATIENCE = 20.0


@dataclass(frozen=True)
class Delivery:
    """One webhook as it came: its body, byte for byte, and the header that signs it."""

    raw: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.raw)

    @property
    def customer(self) -> str | None:
        """Whom it is about; none for a product or a price."""
        subject = self.event["data"]["object"]
        return subject["id"] if subject["object"] == "customer" else subject.get("customer")


class Wire:
    """Takes every webhook, answers 200 and keeps it until a test lets it through. A deaf one refuses it.

    ``gone`` are the customers of earlier tests: what a deaf ear refused is told again, seconds or minutes later.
    """

    def __init__(self) -> None:
        self.kept: list[Delivery] = []
        self.gone: set[str] = set()
        self.is_deaf = False
        self._arrived = threading.Condition()
        wire = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                if not wire.is_deaf:
                    wire.keep(Delivery(raw, self.headers["Stripe-Signature"]))
                self.send_response(503 if wire.is_deaf else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe/"

    def keep(self, delivery: Delivery) -> None:
        with self._arrived:
            if delivery.customer not in self.gone:
                self.kept.append(delivery)
                self._arrived.notify_all()

    def wait_for(self, type_: str, about: Callable[[dict[str, Any]], bool] = lambda subject: True) -> Delivery:
        """The first delivery of this type whose object is the one meant; those before it have arrived by then."""
        found: list[Delivery] = []

        def has_come() -> bool:
            found[:] = [
                each for each in self.kept if each.event["type"] == type_ and about(each.event["data"]["object"])
            ]
            return bool(found)

        with self._arrived:
            assert self._arrived.wait_for(has_come, _PATIENCE), f"{type_} did not come"
        return found[0]

    def take(self) -> list[Delivery]:
        """Everything that has come and was not taken yet, in its order."""
        with self._arrived:
            taken, self.kept = self.kept, []
        return taken

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class LocalStripe:
    """A running stand-in. ``base`` is where its API and its hosted pages are."""

    base: str
    secret: str
    process: subprocess.Popen[bytes]
    wire: Wire = field(repr=False)

    @classmethod
    def start(cls, state: Path, clock: Path, secret: str) -> LocalStripe:
        wire, port = Wire(), _free_port()
        command = [sys.executable, "-m", "newsroom.embedded.stripe", "--port", str(port), "--state", str(state)]
        command += ["--clock", str(clock), "--webhook", wire.address, "--webhook-secret", secret]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        assert process.stdout is not None
        assert b"stand-in" in process.stdout.readline(), "the local Stripe did not start"
        return cls(f"http://127.0.0.1:{port}", secret, process, wire)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.wire.close()

    def pay(self, url: str, card: str = GOOD_CARD) -> str:
        """Fill in the hosted page; answers the session id it sends the customer back with."""
        typed = {"card-number": card, "card-expiry": "12 / 34", "card-cvc": "123", "card-name": "Ada Reader"}
        answer = requests.post(url, data=typed, allow_redirects=False, timeout=_PATIENCE)
        assert answer.status_code == 303, answer.text
        return parse_qs(urlsplit(answer.headers["Location"]).query)["session_id"][0]

    def advance(self, **how: object) -> None:
        """Move the one clock on; every webhook due on the way is on the wire when this returns."""
        answer = requests.post(
            f"{self.base}/_stand_in/clock/advance", data=how, headers={"Accept": "application/json"}, timeout=60
        )
        assert answer.status_code == 200, answer.text

    def decide(self, **what: str) -> None:
        """What the account's settings in Stripe's dashboard say."""
        answer = requests.post(
            f"{self.base}/_stand_in/account", data=what, headers={"Accept": "application/json"}, timeout=_PATIENCE
        )
        assert answer.status_code == 200, answer.text

    def forget_everybody(self) -> None:
        """Delete every customer, so that no other test's years go by with this one's."""
        for customer in self.api("GET", "customers", limit=100)["data"]:
            self.api("DELETE", f"customers/{customer['id']}")
            self.wire.wait_for("customer.deleted", lambda subject, gone=customer["id"]: subject["id"] == gone)
            self.wire.gone.add(customer["id"])
        self.wire.take()

    def api(self, method: str, path: str, **params: object) -> dict[str, Any]:
        """What somebody does in Stripe's dashboard, beside the product."""
        sent = {"params" if method == "GET" else "data": params}
        answer = requests.request(
            method, f"{self.base}/v1/{path}", auth=("sk_test_local_stand_in", ""), timeout=_PATIENCE, **sent
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
