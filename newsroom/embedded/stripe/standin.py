"""The stand-in as a whole: its memory, its clock, its two threads and where it is found."""

import fcntl
from pathlib import Path
from typing import IO

from newsroom.embedded.stripe.advance import Mover
from newsroom.embedded.stripe.clock import Clock
from newsroom.embedded.stripe.resources import webhook_endpoints
from newsroom.embedded.stripe.store import Store
from newsroom.embedded.stripe.turn import Turn
from newsroom.embedded.stripe.webhooks import Sender

_DEFAULT_ENDPOINT = "default endpoint"


class InUse(Exception):
    """Another stand-in works with the same state."""


class StandIn:
    """Everything a request may need. ``port`` is where it is served on 127.0.0.1.

    Raises:
        InUse: when another process has the state directory.
    """

    def __init__(self, state: Path, clock: Path, port: int) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(state / "lock")
        self.base_url = f"http://127.0.0.1:{port}"
        self.store = Store(state / "stripe.sqlite3")
        self.clock = Clock(clock)
        self.sender = Sender(self.store)
        self.mover = Mover(self.store, self.clock, self.base_url, self.sender)

    def start(self) -> None:
        self.sender.start()
        self.mover.start()

    def stop(self) -> None:
        """Finish what is being written and stop. Deliveries that wait are sent by the next start."""
        self.mover.stop()
        self.sender.stop()
        self.mover.join(timeout=15)
        self.sender.join(timeout=15)
        self.store.close()
        self._lock.close()

    def turn(self) -> Turn:
        """A turn at the present moment, on nobody's behalf."""
        return Turn(self.store, self.clock.now(), self.base_url)

    def listen_for(self, url: str, secret: str) -> None:
        """Register the endpoint of the command line, or bring the registered one up to date with it."""
        with self.store.transaction():
            turn = self.turn()
            known = self.store.get(self.store.note(_DEFAULT_ENDPOINT), "webhook_endpoint")
            if known is None or known.get("deleted"):
                described = {"description": "From the command line"}
                endpoint = webhook_endpoints.register(turn, url, secret, described)
                self.store.write_note(_DEFAULT_ENDPOINT, endpoint["id"])
            else:
                turn.save({**known, "url": url, "_secret": secret})


def _locked(path: Path) -> IO[str]:
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise InUse(f"Another stand-in is already using {path.parent}. Stop it, or choose another --state.") from None
    return handle
