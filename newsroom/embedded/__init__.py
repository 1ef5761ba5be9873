"""The product without any server prepared: its engines, its stand-ins and the one command that runs them.

PostgreSQL and Valkey are the real ones, taken from wheels and run under our own lifecycle. The mail inbox and the local
Stripe stand in for services of the outside world. Everything here serves MODE ``demo`` and ``test`` alone.
"""

from __future__ import annotations


class EngineError(Exception):
    """An engine or the demo cannot start or go on. The message is a sentence or two for the person watching."""
