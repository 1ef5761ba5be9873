"""An edition is not composed anew under the hands of an editor who saves it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from newsletters import editions
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import story
from tests.newsletters.test_composing_ahead import DUE, HOUR, MINUTE, ahead, stood

pytestmark = pytest.mark.usefixtures("committing")
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])


def test_the_timetable_waits_until_what_an_editor_dropped_is_written_down():
    ahead()
    evening, _night = story("Evening", published_at=DUE - 8 * HOUR), story("Night", published_at=DUE - 7 * HOUR)
    (made,) = editions.compose_due(DUE - 120 * MINUTE)
    story("Dawn", published_at=DUE - HOUR)

    def follow() -> None:
        editions.follow_what_is_published(DUE - timedelta(minutes=50))
        connection.close()

    with ThreadPoolExecutor(1) as beat, transaction.atomic():
        editions.hold_still(made)
        beat.submit(follow)
        until(is_waited_for, "nobody waits for the editor")
        made.items.filter(article=evening).update(is_dropped=True)
        assert stood(made) == ["Night"]
    assert stood(made) == ["Dawn", "Night"]
    assert made.items.filter(article=evening, is_dropped=True).exists()
