"""The sentence that answers “Why this story?”."""

from __future__ import annotations

import pytest

from newsletters.digests.allocating import Pick, Reason
from newsletters.digests.reasons import why

NAMES = {4: "Oil & Gas (100%)"}


@pytest.mark.parametrize(
    ("pick", "sentence"),
    [
        (Pick(1, Reason.PINNED), "The editors chose this story for everybody."),
        (Pick(1, Reason.RANKED, 4, 2), "Oil & Gas (100%) is number 2 in your order."),
        (Pick(1, Reason.FLOOR, 4, 8), "One story from Oil & Gas (100%), so that no industry is left out."),
        (Pick(1, Reason.FILLING, 4, None), "There was room for one more story from Oil & Gas (100%)."),
        (Pick(1, Reason.FILLING), "There was room for one more story."),
    ],
)
def test_each_reason_is_said_in_a_sentence(pick, sentence):
    assert why(pick, NAMES) == sentence
