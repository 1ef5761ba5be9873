"""An SMTP server that keeps what it is given: ``python -m newsroom.embedded.mail --port PORT --inbox DIR``.

It listens on loopback, delivers nothing to anybody, and stores every message byte for byte as it arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from newsroom.embedded import inbox
from newsroom.embedded.directories import private_directory

HOST = "127.0.0.1"
LARGEST_MESSAGE = 25 * 1024 * 1024


class Keeper:
    """Answers aiosmtpd: whatever was said is stored, or refused for now if it cannot be."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            name = inbox.store(self._directory, content, envelope.mail_from or "", envelope.rcpt_tos)
        except OSError as error:
            return f"451 4.3.0 The message cannot be stored: {error.strerror}"
        return f"250 2.0.0 Stored as {name}"


async def serve(directory: Path, port: int) -> None:
    """Take messages until SIGTERM or SIGINT."""
    private_directory(directory)
    keeper = Keeper(directory)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def answer() -> SMTP:
        return SMTP(keeper, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, ident="newsroom", loop=loop)

    server = await loop.create_server(answer, HOST, port)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m newsroom.embedded.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--inbox", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.inbox, options.port))


if __name__ == "__main__":
    main()
