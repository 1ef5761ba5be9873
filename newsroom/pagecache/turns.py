"""One renders, the others wait a little or take what is there: no page is made many times at once.

A turn is taken in this process first and then among all of them. It never holds anybody up for long: who waited in
vain renders for themselves.
"""

from __future__ import annotations

import threading
from enum import Enum, auto
from secrets import token_hex

from newsroom.pagecache.address import Address
from newsroom.pagecache.shared import Shared

PATIENCE = 2.0
_LOOKS_EVERY = 0.05
Key = tuple[Address, str]


class Turn(Enum):
    """Whose turn it is to render: the caller's, that of another thread here, or of another process."""

    OURS = auto()
    HERE = auto()
    ELSEWHERE = auto()


class Turns:
    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._here: dict[Key, threading.Event] = {}
        self._token = token_hex(8)

    def take(self, address: Address, name: str) -> Turn:
        """Take the turn if it is free; when it is ours, :meth:`end` must follow."""
        with self._lock:
            if (address, name) in self._here:
                return Turn.HERE
            self._here[address, name] = threading.Event()
        if self._shared.take_turn(address, name, self._token):
            return Turn.OURS
        self._leave(address, name)
        return Turn.ELSEWHERE

    def end(self, address: Address, name: str) -> None:
        self._shared.end_turn(address, name, self._token)
        self._leave(address, name)

    def wait(self, turn: Turn, address: Address, name: str) -> None:
        """Until whoever has the turn has ended it, but not for long."""
        if turn is Turn.HERE:
            here = self._here.get((address, name))
            if here is not None:
                here.wait(PATIENCE)
            return
        pause = threading.Event()
        for _look in range(int(PATIENCE / _LOOKS_EVERY)):
            if not self._shared.is_turn_taken(address, name):
                return
            pause.wait(_LOOKS_EVERY)

    def _leave(self, address: Address, name: str) -> None:
        with self._lock:
            ended = self._here.pop((address, name), None)
        if ended is not None:
            ended.set()
