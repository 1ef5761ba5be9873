"""What this process knows of the page cache, and how it and the others hear of changes.

A change is applied here first and then told to the log in Valkey, which every web process follows. What could not be
told is tried again until it was; who was cut off from the log forgets everything, for it cannot know what it missed.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable

from memberships import remembered
from newsroom.pagecache.forgetting import EVERYBODY, Forgotten
from newsroom.pagecache.local import MOST_BYTES, Local
from newsroom.pagecache.networks import Networks
from newsroom.pagecache.purges import EVERYTHING, NEVER, PENDING, Mark, Purges
from newsroom.pagecache.shared import Shared
from newsroom.pagecache.tally import Tally

log = logging.getLogger(__name__)

PURGE, FORGET = "purge", "forget"
_BETWEEN_TRIES = 1.0


class Node:
    """One process. Only a process that serves pages follows the log; every process may tell."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.purges = Purges()
        self.local = Local(self.purges, most_bytes)
        self.shared = Shared()
        self.tally = Tally(self.shared)
        self.forgotten = Forgotten()
        self.networks = Networks()
        # Whether the log is being followed; while it is not, nothing here is believed for long.
        self.is_following = False
        self._untold: deque[dict[str, str]] = deque()
        self._lock = threading.Lock()
        self._teller: threading.Thread | None = None

    def purge(self, keys: Iterable[str]) -> None:
        """Let nobody get a page that has one of the keys: at once here, elsewhere as soon as the log is read."""
        wanted = sorted(set(keys))
        self._apply_purge(wanted, PENDING)
        self._tell({PURGE: " ".join(wanted)})

    def forget(self, people: Iterable[str], before: float) -> None:
        """Ask anew what these people hold; ``people`` are :func:`.forgetting.subject_of` names or ``EVERYBODY``."""
        wanted = sorted(set(people))
        self._apply_forgetting(wanted, before)
        self._tell({FORGET: " ".join(wanted), "before": repr(before)})

    def hear(self, fields: dict[str, str], mark: Mark) -> None:
        """Apply an entry of the log. Raises ValueError for an entry nobody of ours writes."""
        if PURGE in fields:
            self._apply_purge(fields[PURGE].split(), mark)
        elif FORGET in fields:
            self._apply_forgetting(fields[FORGET].split(), float(fields["before"]))
        self.purges.heard(mark)

    def recall(self, keys: Iterable[str], mark: Mark) -> None:
        """Learn of a purge from before this process held anything."""
        self.purges.note(keys, mark)

    def start_over(self) -> None:
        """Let go of all pages and of what is known about people: something may have been missed."""
        self._apply_purge([EVERYTHING], NEVER)
        self.forgotten.forget_all_until_now()
        self.networks.forget()

    def _apply_purge(self, keys: list[str], mark: Mark) -> None:
        if EVERYTHING in keys:
            remembered.forget_all()  # first, so that no page made from now on shows it
        self.purges.note(keys, mark)
        self.local.drop(keys)

    def _apply_forgetting(self, people: list[str], before: float) -> None:
        self.forgotten.forget(people, before)
        if EVERYBODY in people:
            self.networks.forget()

    def _tell(self, fields: dict[str, str]) -> None:
        with self._lock:
            self._untold.append(fields)
        if not self._tell_all():
            self._keep_trying()

    def _tell_all(self) -> bool:
        with self._lock:
            while self._untold:
                mark = self.shared.tell(self._untold[0])
                if mark is None:
                    return False
                fields = self._untold.popleft()
                if PURGE in fields:
                    self.purges.note(fields[PURGE].split(), mark)
        return True

    def _keep_trying(self) -> None:
        with self._lock:
            if self._teller is None or not self._teller.is_alive():
                self._teller = threading.Thread(target=self._try_until_told, name="pagecache-teller", daemon=True)
                self._teller.start()

    def _try_until_told(self) -> None:
        pause = threading.Event()
        while not self._tell_all():
            pause.wait(_BETWEEN_TRIES)


this = Node()
