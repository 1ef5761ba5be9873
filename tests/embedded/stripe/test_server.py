"""The process: its command line, its loopback manners, and what it remembers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.stripe.conftest import CARD, ROOT, SECRET, Listener, World, client_of, eventually, request


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def launch(tmp_path: Path, port: int, listener: Listener) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts ``python -m newsroom.embedded.stripe`` as the supervisor does; what still runs at the end is stopped."""
    started: list[subprocess.Popen[str]] = []

    def start(**changed: str) -> subprocess.Popen[str]:
        options = {
            "--port": str(port),
            "--state": str(tmp_path / "state"),
            "--clock": str(tmp_path / "clock"),
            "--webhook": listener.url,
            "--webhook-secret": SECRET,
        } | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
        command = [
            sys.executable,
            "-m",
            "newsroom.embedded.stripe",
            *(word for pair in options.items() for word in pair),
        ]
        started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ready(port: int) -> None:
    def healthy() -> bool:
        try:
            return request(f"http://127.0.0.1:{port}/healthz").status == 200
        except OSError:
            return False

    eventually(healthy)


def test_its_state_survives_a_restart_and_a_kill(
    launch: Callable[..., subprocess.Popen[str]], port: int, listener: Listener
) -> None:
    first = launch()
    ready(port)
    api = client_of(port).v1
    product = api.products.create({"name": "PRO"})
    terms = {"product": product.id, "unit_amount": 30_000, "currency": "usd", "recurring": {"interval": "year"}}
    price = api.prices.create(terms)
    customer = api.customers.create({"email": "a@example.com"})
    trial = {"trial_period_days": 7}
    given = {
        "mode": "subscription",
        "customer": customer.id,
        "success_url": "http://127.0.0.1:8000/",
        "line_items": [{"price": price.id, "quantity": 1}],
        "subscription_data": trial,
    }
    session = api.checkout.sessions.create(given)
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=10) == 0
    second = launch()
    ready(port)
    assert request(session.url, CARD).status == 303
    second.kill()
    second.wait(timeout=10)
    launch()
    ready(port)
    subscription = api.subscriptions.list({"customer": customer.id}).data[0]
    assert subscription.status == "trialing"
    eventually(lambda: listener.heard("checkout.session.completed"))
    answer = request(f"http://127.0.0.1:{port}/_stand_in/clock/advance", {"to": "trial_end"})
    assert answer.status == 303
    assert api.subscriptions.retrieve(subscription.id).status == "active"


def test_deliveries_that_waited_are_made_by_the_next_start(
    launch: Callable[..., subprocess.Popen[str]], port: int, listener: Listener
) -> None:
    first = launch(webhook="http://127.0.0.1:9/nobody/")
    ready(port)
    client_of(port).v1.customers.create({"email": "a@example.com"})
    first.terminate()
    assert first.wait(timeout=10) == 0
    launch()
    ready(port)
    eventually(lambda: listener.heard("customer.created"))
    assert len(client_of(port).v1.webhook_endpoints.list().data) == 1


def test_a_taken_port_is_one_clear_sentence(launch: Callable[..., subprocess.Popen[str]], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = launch()
        assert process.wait(timeout=10) == 1
        _, errors = process.communicate()
    assert errors == f"The Stripe stand-in cannot serve on 127.0.0.1:{port}: Address already in use.\n"


def test_two_do_not_share_a_state(launch: Callable[..., subprocess.Popen[str]], port: int, tmp_path: Path) -> None:
    launch()
    ready(port)
    second = launch(port="0")
    assert second.wait(timeout=10) == 1
    assert f"Another stand-in is already using {tmp_path / 'state'}" in second.communicate()[1]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8042", "127.0.0.1.evil.example", "", "[::1"])
def test_a_foreign_host_is_misdirected(world: World, host: str) -> None:
    answer = request(f"{world.url}/healthz", headers={"Host": host})
    assert answer.status == 421
    assert request(f"{world.url}/v1/customers", {"email": "a@b.c"}, headers={"Host": host}).status == 421


def test_localhost_is_known_by_name(world: World) -> None:
    assert request(f"{world.url}/healthz", headers={"Host": "localhost:8042"}).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_of_a_foreign_page_is_refused(world: World, origin: str) -> None:
    address = f"{world.url}/_stand_in/clock/advance"
    assert request(address, {"seconds": "60"}, headers={"Origin": origin}).status == 403
    assert world.stand_in.clock.offset() == 0
    assert request(address, {"seconds": "60"}, headers={"Origin": "http://127.0.0.1:8000"}).status == 303


def test_it_listens_on_one_address_only(world: World) -> None:
    """Every 127.x.y.z is this machine: who listens on all addresses would answer here."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", int(world.url.rpartition(":")[2])), timeout=2)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Content-Length": "9000000"}, 413), ({"Content-Length": "many"}, 400), ({"Transfer-Encoding": "chunked"}, 411)],
)
def test_a_body_has_a_length_and_a_bound(world: World, headers: dict[str, str], status: int) -> None:
    assert request(f"{world.url}/v1/customers", method="POST", headers=headers).status == status


def test_a_page_that_is_not_there_says_so(world: World) -> None:
    page = request(f"{world.url}/nowhere")
    assert page.status == 404
    assert "There is no such page here." in page.text
    assert "Development stand-in. Not Stripe." in page.text


def test_nothing_changes_by_looking(world: World) -> None:
    subscription = world.start_trial()
    before = len(world.events())
    for path in (f"/p/session/x/cancel/{subscription.id}", "/_stand_in/clock/advance?seconds=60", "/_stand_in/chaos"):
        assert request(f"{world.url}{path}").status == 404
    assert (len(world.events()), world.stand_in.clock.offset()) == (before, 0)


@pytest.mark.parametrize("name", ["style.css", "card.js", "icon.svg", "serif.woff2", "sans.woff2"])
def test_the_pages_bring_their_own_assets(world: World, name: str) -> None:
    answer = request(f"{world.url}/_stand_in/assets/{name}")
    assert answer.status == 200
    assert len(answer.text) > 100
    assert request(f"{world.url}/_stand_in/assets/../../store.py").status == 404
