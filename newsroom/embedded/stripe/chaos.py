"""Bad luck, on request: how webhooks go astray on the wire and how the API fails, each by a switch.

Every piece of it is drawn from a seed and the ordinal of the event or of the request since the switches were set. A run
in which the same things happen in the same order has the same luck again.
"""

import json
import random
import secrets
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.store import Store

MOST_SENDERS = 16
LONGEST_DELAY = 3600
SHUFFLE_WITHIN = 4.0
# A version whose objects the product does not read. Only the label is foreign, the object is what it always is.
FOREIGN_VERSION = "2024-06-20"


def new_seed() -> int:
    return 1 + secrets.randbelow(999_999)


@dataclass(frozen=True)
class _Luck:
    """``rate`` is the chance, in per cent, with which each switch that is on strikes."""

    rate: int = 100
    seed: int = 0

    name: ClassVar[str]
    _limits: ClassVar[dict[str, tuple[float, float]]]

    def __post_init__(self) -> None:
        for name, (least, most) in {"rate": (0, 100), "seed": (0, 2**31), **self._limits}.items():
            if not least <= getattr(self, name) <= most:
                raise invalid(f"{name} is a number from {least:g} to {most:g}.", name)

    @classmethod
    def of(cls, store: Store) -> Self:
        return cls(**json.loads(store.note(cls.name, "{}")))

    def write(self, store: Store) -> None:
        """From now on; the ordinals begin again."""
        store.write_note(self.name, json.dumps(asdict(self)))
        for tally in ("drawn", "struck"):
            store.write_note(f"{self.name} {tally}", "0")

    def _draw(self, store: Store) -> random.Random:
        return random.Random(f"{self.name} {self.seed} {self._tally(store, 'drawn')}")  # noqa: S311

    def _tally(self, store: Store, what: str) -> int:
        """How often it happened before; this time is counted."""
        count = int(store.note(f"{self.name} {what}", "0"))
        store.write_note(f"{self.name} {what}", str(count + 1))
        return count

    def _struck(self, dice: random.Random, switches: tuple[str, ...]) -> set[str]:
        """Which of the switches strike. Each has its throw, on or off: turning one leaves the others their luck."""
        throws = {switch: dice.random() * 100 < self.rate for switch in switches}
        return {switch for switch, strikes in throws.items() if strikes and getattr(self, switch)}


@dataclass(frozen=True)
class Passage:
    """How one event goes over the wire: ``wait`` in seconds, ``copies`` of each of its ``tellings``."""

    wait: float = 0.0
    copies: int = 1
    tellings: int = 1
    is_lost: bool = False
    version: str | None = None


@dataclass(frozen=True)
class Chaos(_Luck):
    """The wire. ``delay`` in seconds; ``drop`` loses events until they are sent again by hand; ``twice_told`` makes a
    second Event object of one change; ``foreign_version`` labels events with another version of the API; ``senders``
    deliver at the same time, so that nothing keeps its order.
    """

    duplicate: bool = False
    shuffle: bool = False
    drop: bool = False
    twice_told: bool = False
    foreign_version: bool = False
    delay: int = 0
    senders: int = 1

    name: ClassVar[str] = "chaos"
    _limits: ClassVar[dict[str, tuple[float, float]]] = {"delay": (0, LONGEST_DELAY), "senders": (1, MOST_SENDERS)}
    switches: ClassVar = ("duplicate", "shuffle", "drop", "twice_told", "foreign_version")

    def passage(self, store: Store) -> Passage:
        """What befalls the next event."""
        if not (self.delay or any(getattr(self, name) for name in self.switches)):
            return Passage()
        dice = self._draw(store)
        struck = self._struck(dice, (*self.switches, "delay"))
        shuffled = dice.uniform(0, SHUFFLE_WITHIN)
        return Passage(
            wait=("delay" in struck) * self.delay + ("shuffle" in struck) * shuffled,
            copies=1 + ("duplicate" in struck),
            tellings=1 + ("twice_told" in struck),
            is_lost="drop" in struck,
            version=FOREIGN_VERSION if "foreign_version" in struck else None,
        )


@dataclass(frozen=True)
class Trouble:
    """What befalls one request: ``error`` is answered instead of acting on it, ``is_lost`` acts and does not answer."""

    wait: float = 0.0
    error: StripeError | None = None
    is_lost: bool = False


@dataclass(frozen=True)
class ApiChaos(_Luck):
    """The API. ``lose`` closes the connection after the act; ``limit`` answers 429 and ``fail`` 500, without acting;
    ``slow`` seconds pass between the act and its answer. Only requests are struck whose line, such as ``POST
    /v1/subscriptions``, begins with ``only``; after ``times`` strikes (0: never) the weather is good again.
    """

    lose: bool = False
    limit: bool = False
    fail: bool = False
    slow: float = 0.0
    only: str = ""
    times: int = 0

    name: ClassVar[str] = "API chaos"
    _limits: ClassVar[dict[str, tuple[float, float]]] = {"slow": (0, 60), "times": (0, 10_000)}
    switches: ClassVar = ("lose", "limit", "fail")

    def trouble(self, store: Store, line: str) -> Trouble:
        """What befalls the request of this line."""
        if not line.startswith(self.only) or not (self.slow or any(getattr(self, name) for name in self.switches)):
            return Trouble()
        with store.transaction():
            dice = self._draw(store)
            struck = self._struck(dice, (*self.switches, "slow"))
            if not struck or (self.times and self._tally(store, "struck") >= self.times):
                return Trouble()
        wait = self.slow if "slow" in struck else 0.0
        kinds = sorted(struck - {"slow"})
        kind = dice.choice(kinds) if kinds else ""
        return Trouble(wait, _ERRORS.get(kind), is_lost=kind == "lose")


_ERRORS = {
    "limit": StripeError("Too many requests: the stand-in was told to refuse some.", status=429, code="rate_limit"),
    "fail": StripeError("The stand-in was told to fail on some requests.", status=500, type="api_error"),
}


def given(kind: type[_Luck], form: dict[str, str]) -> dict[str, Any]:
    """The fields of a form as the kind's own: what is not sent is off, and a seed that is not sent is a new one."""
    read: dict[str, Any] = {"seed": new_seed()}
    for name, default in asdict(kind()).items():
        text = form.get(name, "").strip()
        if isinstance(default, bool):
            read[name] = text in ("1", "on", "true")
        elif text:
            read[name] = text if isinstance(default, str) else _number(text, name, type(default))
    return read


def _number(text: str, name: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise invalid(f"{name} must be a number.", name) from None
