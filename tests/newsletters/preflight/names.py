"""A real name server on loopback that knows what a test tells it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT, FAILING = "says nothing", "says that it cannot"


@dataclass
class Names:
    """``txt`` are the TXT records by name; in the place of some may stand how it misbehaves about that name."""

    address: str = ""
    txt: dict[str, list[str] | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        known = self.txt.get(name)
        if known == SILENT:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        if known is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif known == FAILING:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif known:
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *map(_in_pieces, known)))
        return response.to_wire()


@contextmanager
def serving() -> Iterator[Names]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        names = Names(address=f"127.0.0.1:{line.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(line, names), daemon=True)
        thread.start()
        yield names
        line.sendto(b"", line.getsockname())
        thread.join()


def _serve(line: socket.socket, names: Names) -> None:
    """Until it is sent nothing at all."""
    while True:
        wire, who = line.recvfrom(4096)
        if not wire:
            return
        if (response := names.answer(wire)) is not None:
            line.sendto(response, who)


def _in_pieces(record: str) -> str:
    """No piece of a TXT record is longer than 255 octets."""
    return " ".join(f'"{record[start : start + 255]}"' for start in range(0, len(record), 255))
