"""The real stand-in on a free loopback port, spoken to by the real SDK, with a listener for its webhooks."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from newsroom.embedded.stripe.server import Server
from newsroom.embedded.stripe.standin import StandIn

ROOT = Path(__file__).resolve().parents[3]
SECRET = "whsec_for_the_tests"
DAY = 86_400
CARD = {"card-number": "4242 4242 4242 4242", "card-expiry": "12 / 40", "card-cvc": "123", "card-name": "Amina Haddad"}


def eventually(condition: Callable[[], Any], within: float = 10.0) -> Any:
    """Wait until the condition holds and answer what it answered; a failure when it does not do so in time."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still not so after {within} s"
        time.sleep(0.01)
    return found


class Listener(ThreadingHTTPServer):
    """Takes webhooks: what came, and what to answer (200 once the list of answers is used up)."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        self.on_event: Callable[[], object] = lambda: None
        super().__init__(("127.0.0.1", 0), _Taking)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhooks/stripe/"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.received]

    def heard(self, event: str, times: int = 1) -> bool:
        return self.types.count(event) >= times


class _Taking(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.server.on_event()
        self.server.received.append((body, self.headers["stripe-signature"]))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def request(
    url: str, form: dict[str, Any] | None = None, method: str | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One plain request, redirects not followed."""
    address = urllib.parse.urlsplit(url)
    body = None if form is None else urllib.parse.urlencode(form)
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    path = f"{address.path}?{address.query}" if address.query else address.path
    connection.request(method or ("GET" if form is None else "POST"), path, body, {**kind, **(headers or {})})
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)


@dataclass
class World:
    """A running stand-in and its two ends: the SDK's client and the listener."""

    stand_in: StandIn
    client: stripe.StripeClient
    listener: Listener

    @property
    def api(self) -> Any:
        return self.client.v1

    @property
    def url(self) -> str:
        return self.stand_in.base_url

    @property
    def now(self) -> int:
        return self.stand_in.clock.now()

    def make_price(self, **given: Any) -> Any:
        product = self.api.products.create({"name": "PRO", "description": "Memos and trend reports."})
        terms = {"product": product.id, "unit_amount": 30000, "currency": "usd", "recurring": {"interval": "year"}}
        return self.api.prices.create({**terms, **given})

    def make_customer(self, card: str | None = None, **given: Any) -> Any:
        customer = self.api.customers.create({"email": "amina@example.com", **given})
        if card:
            method = self.api.payment_methods.attach(card, {"customer": customer.id})
            self.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
        return customer

    def subscribe(self, customer: Any, **given: Any) -> Any:
        price = given.pop("price", None) or self.make_price()
        quantity = given.pop("quantity", 1)
        items = [{"price": price.id, "quantity": quantity}]
        return self.api.subscriptions.create({"customer": customer.id, "items": items, **given})

    def open_checkout(self, customer: Any = None, **given: Any) -> Any:
        """A session for a seven-day trial of a $300 year."""
        price = given.pop("price", None) or self.make_price()
        trial = {
            "trial_period_days": 7,
            "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
            "billing_mode": {"type": "flexible"},
            "metadata": {"user_id": "7"},
        }
        chosen = {
            "mode": "subscription",
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": "http://127.0.0.1:8000/account/back/?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:8000/pro/",
            "client_reference_id": "7",
            "payment_method_collection": "always",
            "subscription_data": trial,
            **({"customer": customer.id} if customer else {}),
        }
        return self.api.checkout.sessions.create({**chosen, **given})

    def start_trial(self, **card: str) -> Any:
        """The subscription of somebody who has just filled in the checkout page."""
        session = self.open_checkout(self.make_customer())
        assert request(session.url, CARD | card).status == 303
        return self.api.subscriptions.retrieve(self.api.checkout.sessions.retrieve(session.id).subscription)

    def advance(self, **how: Any) -> list[str]:
        """Move the clock; which steps were done on the way."""
        answer = request(f"{self.url}/_stand_in/clock/advance", how, headers={"Accept": "application/json"})
        assert answer.status == 200, answer.text
        return [step["action"] for step in answer.json["steps"]]

    def events(self, *types: str) -> list[Any]:
        """What happened so far of these types, the oldest first."""
        return self.api.events.list({"limit": 100, **({"types": list(types)} if types else {})}).data[::-1]


def client_of(port: int, key: str = "sk_test_of_the_tests") -> stripe.StripeClient:
    base = {"api": f"http://127.0.0.1:{port}"}
    return stripe.StripeClient(key, base_addresses=base, max_network_retries=0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    taking = Listener()
    threading.Thread(target=taking.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield taking
    taking.shutdown()
    taking.server_close()


@pytest.fixture
def world(tmp_path: Path, listener: Listener) -> Iterator[World]:
    probe = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = probe.server_port
    probe.server_close()
    stand_in = StandIn(tmp_path / "state", tmp_path / "clock", port)
    server = Server(stand_in, port)
    stand_in.listen_for(listener.url, SECRET)
    stand_in.start()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    yield World(stand_in, client_of(port), listener)
    server.shutdown()
    server.server_close()
    stand_in.stop()
