"""A real SMTP server in the test's own process, which keeps what it takes and misbehaves when told to."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

DROP = "drop the connection"
NOBODY = "nobody"


@dataclass
class Sink:
    """``at_rcpt`` and ``at_data`` hold the coming answers in turn; without one, everything is welcome.

    ``while_told`` is called, in a thread of its own, after a message was told and before it is answered. With
    ``takes_groups`` it says that it takes commands in groups; with ``asks_for_all`` it asks for a message although it
    refused its recipient.
    """

    at_rcpt: deque[str] = field(default_factory=deque)
    at_data: deque[str] = field(default_factory=deque)
    while_told: Callable[[], None] | None = None
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    port: int = 0
    takes_groups: bool = False
    asks_for_all: bool = False
    connections: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.takes_groups else responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = self.at_rcpt.popleft() if self.at_rcpt else "250 OK"
        if answer == DROP:
            server.transport.abort()
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        elif self.asks_for_all:
            envelope.rcpt_tos.append(NOBODY)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos == [NOBODY]:
            return "554 5.5.1 no valid recipient"
        if self.while_told is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.while_told)
        answer = self.at_data.popleft() if self.at_data else "250 2.0.0 taken"
        if answer == DROP or answer.startswith("2"):
            message = message_from_bytes(envelope.original_content, policy=policy.default)
            self.senders.append(envelope.mail_from)
            self.taken.append((envelope.rcpt_tos[0], message))
        if answer == DROP:
            server.transport.abort()
        return answer

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _message in self.taken]


def running(sink: Sink) -> Controller:
    """The server, started on a port of its own; ``stop()`` ends it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        sink.port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    return controller
