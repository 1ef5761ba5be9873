"""The local identity provider, and the walk of a browser to it and back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import requests

from newsroom.embedded.identity.server import Server

KEYS = {"Google": "google", "Apple": "apple-stand-in", "Microsoft": "microsoft"}


@contextmanager
def running() -> Iterator[str]:
    """The origin of one that runs in a thread."""
    server = Server(0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.base
    server.shutdown()
    server.server_close()


def begin(client, name: str, /, **sent: str) -> str:
    """Press the button; answers the address at the provider."""
    answer = client.post(f"/account/oidc/{KEYS[name]}/login/", sent, headers={"host": "127.0.0.1"})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def say(address: str, **said: str) -> str:
    """Answer the provider's question; answers the way back as it would be gone."""
    shown = requests.get(address, timeout=10)
    assert "Who are you?" in shown.text, shown.text
    asked = dict(parse_qsl(urlsplit(address).query))
    answer = requests.post(
        address.partition("?")[0], data={"answer": "yes", **asked, **said}, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 303, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(client, name: str, sent: dict[str, str] | None = None, /, **said: str):
    """There and back; answers what the callback says."""
    return client.get(say(begin(client, name, **(sent or {})), **said), headers={"host": "127.0.0.1"})
