"""Whose tiers are not believed any more, because what they may read has changed since."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from memberships import clock

EVERYBODY = "*"
_SALT = "newsroom.pagecache.subject"
# As long as any tier is believed; see tiers.
REMEMBERED = 60.0


def subject_of(user_pk: int) -> str:
    """A person as tier cookies name them: a keyed hash, so that a cookie gives no number away."""
    return salted_hmac(_SALT, str(user_pk), algorithm="sha256").hexdigest()[:16]


class Forgotten:
    """By person, the moment up to which what was found out about them is void. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: dict[str, float] = {}
        self._everybody_before = float("-inf")
        # Counted up by every forgetting, so that who remembers tiers knows when to look again.
        self.count = 0

    def forget(self, people: Iterable[str], before: float) -> None:
        with self._lock:
            for subject in people:
                if subject == EVERYBODY:
                    self._everybody_before = max(self._everybody_before, before)
                else:
                    self._before[subject] = max(before, self._before.get(subject, before))
            self._let_go_of_the_old(before)
            self.count += 1

    def forget_all_until_now(self) -> None:
        self.forget([EVERYBODY], clock.now().timestamp())

    def is_void(self, subject: str, found_at: float) -> bool:
        """Whether what was found out at that moment, or before, must be asked anew."""
        return found_at <= self._everybody_before or found_at <= self._before.get(subject, float("-inf"))

    def _let_go_of_the_old(self, at: float) -> None:
        old = [subject for subject, before in self._before.items() if before < at - REMEMBERED]
        for subject in old:
            del self._before[subject]
