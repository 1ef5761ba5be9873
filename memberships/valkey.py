"""The cache server asked directly, for what Django's cache has no words for.

Everything kept there may vanish, and nobody waits long for it: the first failure opens a :class:`Circuit`, and for some
seconds the server is not asked at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from logging import Logger
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

PATIENCE = 0.25
_REST = 5.0
_BETWEEN_WARNINGS = 30.0


def connect(patience: float = PATIENCE) -> Redis:
    """A client of the cache server that waits so many seconds for an answer."""
    return Redis.from_url(
        settings.CACHE_URL,
        socket_timeout=patience,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def prefix() -> str:
    """What the keys of this install begin with."""
    return str(settings.CACHES["default"]["KEY_PREFIX"])


class Circuit:
    """Lets questions through while the server answers them. ``complaint`` is logged with the kind of the failure."""

    def __init__(self, log: Logger, complaint: str) -> None:
        self._log = log
        self._complaint = complaint
        self._silent_until = 0.0
        self._warned_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether nobody asks at the moment."""
        return time.monotonic() < self._silent_until

    def ask(self, otherwise: Any, ask: Callable[[], Any]) -> Any:
        if self.is_open:
            return otherwise
        try:
            return ask()
        except (RedisError, OSError) as error:
            now = time.monotonic()
            self._silent_until = now + _REST
            if now - self._warned_at > _BETWEEN_WARNINGS:
                self._warned_at = now
                self._log.warning("%s: %s", self._complaint, type(error).__name__)
            return otherwise
