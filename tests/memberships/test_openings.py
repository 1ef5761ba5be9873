"""The cookie that says a link opened an item in this browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from memberships import openings
from memberships.openings import LASTS, Opening

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEY, OTHER = str(UUID(int=7)), str(UUID(int=8))
VALUE = Opening(KEY, AT).value


def test_opening_holds_for_its_item_until_it_ends():
    assert openings.holds(VALUE, KEY, AT)
    assert openings.holds(VALUE, KEY, AT + LASTS - timedelta(seconds=1))
    assert not openings.holds(VALUE, KEY, AT + LASTS)
    assert not openings.holds(VALUE, OTHER, AT)


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "x.y",
        VALUE.partition(".")[0],
        f"{2**40}.{VALUE.partition('.')[2]}",
        f"{VALUE}x",
        f"٣.{VALUE}",
        "9" * 400,
        f"{2**40}.é",
    ],
)
def test_what_was_not_signed_here_opens_nothing(value):
    assert not openings.holds(value, KEY, AT)


def test_older_key_is_believed_while_it_is_replaced(settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert openings.holds(VALUE, KEY, AT)
    settings.SECRET_KEY_FALLBACKS = []
    assert not openings.holds(VALUE, KEY, AT)
