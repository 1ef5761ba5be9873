"""How requests were answered: counted in each process, added up in Valkey, told by ``/metrics``."""

from __future__ import annotations

import threading
from collections import Counter

from newsroom.pagecache.address import StartResponse
from newsroom.pagecache.copies import Headers
from newsroom.pagecache.shared import Shared


class Tally:
    """Counts words of ``X-Cache``. Safe for threads."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def listening_to(self, start_response: StartResponse) -> StartResponse:
        """The same ``start_response``, which also counts what is said."""

        def start(status: str, headers: Headers, exc_info: object = None) -> object:
            # It is said last, or nearly.
            word = next((value for name, value in reversed(headers) if name == "X-Cache"), "")
            with self._lock:
                self._counts[word] += 1
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return start

    def hand_in(self) -> None:
        """Add what was counted here to what all processes have. What cannot be handed in now is kept."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if counts and not self._shared.add_to_tally(counts):
            with self._lock:
                self._counts.update(counts)
