"""The ways by which an edition leaves the house, each with trouble drawn for a round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from django.core.cache import cache

from newsletters import editions
from newsletters.delivery import transports
from newsletters.delivery.editions import send_window, stencils_of
from newsletters.delivery.providers import weather
from newsletters.models import Edition
from newsroom.embedded.mail_provider import Provider
from tests.newsletters.kills.conftest import Victim
from tests.newsletters.sending import send
from tests.newsletters.sink import DROP, Sink

RCPT_ANSWERS = ("250 OK", "450 4.2.1 later", "550 5.1.1 unknown", "421 4.3.2 closing", DROP)
RCPT_WEIGHTS = (16, 1, 1, 1, 1)
DATA_ANSWERS = ("250 2.0.0 taken", "451 4.3.0 later", "554 5.7.1 no", DROP)
DATA_WEIGHTS = (16, 1, 1, 2)
CALL_ANSWERS = ("200", "429", "401", "500", "garbage", "drop", "reject 1")
CALL_WEIGHTS = (16, 1, 1, 1, 1, 2, 1)


@dataclass
class BySmtp:
    victim: Victim
    sink: Sink

    def begin(self, chance: Random, readers: int) -> None:
        self.sink.taken.clear()
        self.sink.takes_groups = chance.random() < 0.7
        self.sink.at_rcpt.extend(chance.choices(RCPT_ANSWERS, RCPT_WEIGHTS, k=readers))
        self.sink.at_data.extend(chance.choices(DATA_ANSWERS, DATA_WEIGHTS, k=readers))

    def go_on(self, made: Edition, at) -> None:
        send(made, at)

    @property
    def arrived(self) -> Iterable[str]:
        return self.sink.addresses


@dataclass
class ByProvider:
    """The pause after a call that went wrong is in real time, which nobody waits for here."""

    victim: Victim
    provider: Provider

    def begin(self, chance: Random, readers: int) -> None:
        self.provider.kept.forget()
        self.provider.kept.coming.clear()
        self.provider.kept.coming.extend(chance.choices(CALL_ANSWERS, CALL_WEIGHTS, k=readers))
        self._forget_the_weather()

    def go_on(self, made: Edition, at) -> None:
        self._forget_the_weather()
        with transports.chosen(until=0) as transport:
            last: int | None = 0
            while last is not None:
                last = send_window(transport, made, stencils_of(made), lambda: at, after=last)
        editions.finish(made, at)

    @property
    def arrived(self) -> Iterable[str]:
        return self.provider.kept.counts.elements()

    def _forget_the_weather(self) -> None:
        cache.delete_many([weather._PAUSE, weather._MOST])
