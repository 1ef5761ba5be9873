"""How requests were answered: counted in each process, added up in Valkey, told by ``/metrics``."""

from __future__ import annotations

import threading
from collections import Counter

from newsroom.pagecache.shared import Shared


class Tally:
    """Counts words of ``X-Cache``. Safe for threads."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, word: str) -> None:
        with self._lock:
            self._counts[word] += 1

    def hand_in(self) -> None:
        """Add what was counted here to what all processes have. What cannot be handed in now is kept."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if counts and not self._shared.add_to_tally(counts):
            with self._lock:
                self._counts.update(counts)
