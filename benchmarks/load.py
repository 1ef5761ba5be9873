"""A load generator of the standard library: kept-alive connections, one request after another on each, in processes of
their own. It counts whole answers and refuses wrong ones.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

CONNECTIONS = 16
_BUFFER = 262_144
_LONGEST_HEAD = 8_192


@dataclass(frozen=True)
class Target:
    """What is asked, where, and what every answer must hold."""

    port: int
    path: str
    must_hold: bytes
    cookie: str = ""

    @property
    def request(self) -> bytes:
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode()


def rate(target: Target, seconds: float) -> float:
    """Answers a second, asked from a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    asker = multiprocessing.Process(target=_ask, args=(target, seconds, theirs))
    asker.start()
    answer = ours.recv()
    asker.join()
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return float(answer)


def _ask(target: Target, seconds: float, result: Connection) -> None:
    try:
        result.send(_counted(target, seconds) / seconds)
    except (OSError, ValueError) as error:
        result.send(f"{target.path}: {error}")


def _counted(target: Target, seconds: float) -> int:
    length = _length_of(target)
    request, count, deadline = target.request, 0, time.perf_counter() + seconds
    # One buffer for all: a new one for each answer would have the generator wait for memory, not for the server.
    buffer = memoryview(bytearray(_BUFFER))
    with selectors.DefaultSelector() as waiting:
        for _each in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", target.port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(connection, selectors.EVENT_READ, _Missing())
            connection.sendall(request)
        while time.perf_counter() < deadline:
            for key, _event in waiting.select(timeout=1):
                received = key.fileobj.recv_into(buffer)  # type: ignore[union-attr]
                if key.data.take(buffer[:received], length):
                    count += 1
                    key.fileobj.sendall(request)  # type: ignore[union-attr]
        for key in list(waiting.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return count


class _Missing:
    """What is still to come of the answer on one connection."""

    def __init__(self) -> None:
        self._head, self._bytes = b"", 0

    def take(self, data: memoryview, length: int) -> bool:
        """Whether the answer, whose body is so long, is whole with this."""
        if not data:
            raise ValueError("the server hung up")
        received = len(data)
        if self._bytes <= 0:
            before = len(self._head)
            self._head += data[:_LONGEST_HEAD]
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._bytes, received, self._head = length, received - (end + 4 - before), b""
        self._bytes -= received
        return self._bytes <= 0


def _length_of(target: Target, tries: int = 3) -> int:
    """How long the body of every answer is. Raises ValueError when the answer is not the one that is meant.

    The first one may have been purged by what the demo does meanwhile.
    """
    with socket.create_connection(("127.0.0.1", target.port)) as connection:
        connection.sendall(target.request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(262_144)
        head, _blank, body = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(262_144)
    if not head.startswith(b"HTTP/1.1 200") or target.must_hold not in head + body:
        if tries > 1:
            return _length_of(target, tries - 1)
        raise ValueError(f"the answer is another: {head.decode()}")
    return length
