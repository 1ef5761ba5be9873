"""A mail provider that keeps what it is given: ``python -m newsroom.embedded.mail_provider --port PORT``.

On loopback it speaks the part of SparkPost's API by which one call carries a letter to many readers
(https://developers.sparkpost.com/api/transmissions/), and delivers nothing to anybody. ``GET /letters`` answers how
many letters each address got, ``GET /letters/ADDRESS`` those letters as their reader would see them, ``GET /calls`` the
calls, each in a line; ``POST /forget`` begins anew. ``POST /wrong`` takes a list of addresses for which a whole call is
refused (400), as some providers do. ``POST /answers`` takes a list of what the coming calls meet:

``429`` or ``429 120``
    too many calls, wait so many seconds; nobody is taken. Any other code below 500 takes nobody either.
``500``, ``garbage``, ``drop``, ``slow 0.5``
    everybody is taken, and then comes an error, a page that is no answer, nothing, or the answer so many seconds late.
``reject 2``
    the first two readers are not taken.
"""

from __future__ import annotations

import argparse
import re
import signal
import socket
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import unquote

import orjson

HOST = "127.0.0.1"
CALLS = "/api/v1/transmissions"
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass
class Kept:
    """What arrived: how many letters for whom, and the calls as they were, from which the letters are read."""

    counts: Counter[str] = field(default_factory=Counter)
    calls: list[bytes] = field(default_factory=list)
    coming: deque[str] = field(default_factory=deque)
    wrong: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, body: bytes, rejected: int = 0) -> tuple[int, int]:
        """How many readers of the call were taken, and how many there were."""
        addresses = _addresses(body)
        with self.lock:
            self.calls.append(body)
            self.counts.update(addresses[rejected:])
            return len(addresses) - rejected, len(addresses)

    def letters(self, address: str) -> list[dict[str, Any]]:
        calls = [orjson.loads(body) for body in self.calls]
        return [
            _letter(call["content"], reader)
            for call in calls
            for reader in call["recipients"]
            if reader["address"]["email"] == address
        ]

    def forget(self) -> None:
        with self.lock:
            self.counts.clear()
            self.calls.clear()

    def next_answer(self, body: bytes) -> str:
        with self.lock:
            if self.wrong and not self.wrong.isdisjoint(_addresses(body)):
                return "400"
            return self.coming.popleft() if self.coming else "200"


class Provider(ThreadingHTTPServer):
    """Serves on loopback; port 0 is any that is free."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.kept = Kept()
        self.connections = 0

    @property
    def api(self) -> str:
        return f"http://{HOST}:{self.server_port}/api/v1/"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body of an answer in one piece.
    wbufsize = -1

    @property
    def _kept(self) -> Kept:
        return cast(Provider, self.server).kept

    def do_GET(self) -> None:
        _empty, where, *rest = self.path.split("/")
        if where == "calls":
            self._write(200, b"\n".join(self._kept.calls), "application/jsonl")
        elif where != "letters":
            self._answer(404, {"errors": [{"message": "not found"}]})
        elif rest:
            self._answer(200, self._kept.letters(unquote(rest[0])))
        else:
            self._answer(200, self._kept.counts)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/answers":
            self._kept.coming.extend(orjson.loads(body))
            self._answer(200, {})
        elif self.path == "/wrong":
            self._kept.wrong = set(orjson.loads(body))
            self._answer(200, {})
        elif self.path == "/forget":
            self._kept.forget()
            self._answer(200, {})
        elif self.path.rstrip("/") == CALLS and self.headers.get("Authorization"):
            self._take(body, self._kept.next_answer(body))
        else:
            self._answer(401 if self.path.rstrip("/") == CALLS else 404, {"errors": [{"message": "Unauthorized."}]})

    def _take(self, body: bytes, answer: str) -> None:
        what, _space, much = answer.partition(" ")
        if what.isdecimal() and 300 <= int(what) < 500:
            extra = {"Retry-After": much} if much else {}
            self._answer(int(what), {"errors": [{"message": HTTPStatus(int(what)).phrase}]}, **extra)
            return
        taken, told = self._kept.keep(body, int(much) if what == "reject" else 0)
        if what == "drop":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif what == "garbage":
            self._write(200, b"<html>It works!</html>", "text/html")
        elif what == "500":
            self._answer(500, {"errors": [{"message": "Internal Server Error"}]})
        else:
            if what == "slow":
                time.sleep(float(much))
            results = {"total_accepted_recipients": taken, "total_rejected_recipients": told - taken, "id": "1"}
            self._answer(200, {"results": results})

    def _answer(self, code: int, content: object, **headers: str) -> None:
        self._write(code, orjson.dumps(content), "application/json", **headers)

    def _write(self, code: int, content: bytes, kind: str, **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: whoever wants to know asks."""


def _addresses(body: bytes) -> list[str]:
    return [reader["address"]["email"] for reader in orjson.loads(body)["recipients"]]


def _letter(content: dict[str, Any], reader: dict[str, Any]) -> dict[str, Any]:
    """One reader's letter, what is theirs put in; of what is not there nothing is left, as with the original."""
    own = reader.get("substitution_data", {})

    def filled(text: str) -> str:
        return _PLACE.sub(lambda place: str(own.get(place[1], "")), text)

    texts = {name: filled(content.get(name, "")) for name in ("subject", "text", "html")}
    headers = {name: filled(value) for name, value in content.get("headers", {}).items()}
    whole = {"to": reader["address"]["header_to"], "from": content["from"], "reply_to": content.get("reply_to", "")}
    return {**whole, **texts, "headers": headers, "metadata": reader.get("metadata", {})}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m newsroom.embedded.mail_provider", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    provider = Provider(parser.parse_args().port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=provider.shutdown).start())
    provider.serve_forever()


if __name__ == "__main__":
    main()
