"""The weather over our questions to Stripe: some are refused, some fail, some are done and the answer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from hypothesis import strategies as st

from tests.memberships.local_stripe import LocalStripe


@dataclass(frozen=True)
class Weather:
    """``kinds`` strike ``times`` questions, each asked question with a chance of ``rate`` per cent."""

    kinds: tuple[str, ...] = ()
    times: int = 0
    rate: int = 100
    seed: int = 0

    @contextmanager
    def over(self, stripe: LocalStripe) -> Iterator[None]:
        if not self.kinds:
            yield
            return
        _set(stripe, **dict.fromkeys(self.kinds, "on"), times=self.times, rate=self.rate, seed=self.seed)
        try:
            yield
        finally:
            _set(stripe)


def _set(stripe: LocalStripe, **form: object) -> None:
    answer = requests.post(
        f"{stripe.base}/_stand_in/chaos/api", data=form, headers={"Accept": "application/json"}, timeout=20
    )
    assert answer.status_code == 200, answer.text


FINE = Weather()
# One strike is made good by the SDK, which asks twice; from two on somebody here has to live with it.
_foul = st.builds(
    Weather,
    st.sampled_from([("lose",), ("lose",), ("limit",), ("fail",), ("fail", "lose")]),
    st.integers(1, 6),
    st.sampled_from([40, 100]),
    st.integers(0, 2**16),
)
weathers = st.one_of(st.just(FINE), st.just(FINE), _foul)
