"""Staff are told of an edition that is on its way and does not get through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import Alert
from newsletters import editions
from newsletters.editions.lateness import SLOW_AFTER
from newsletters.models import WarmUp, WarmUpShare
from tests.newsletters.builders import AT, edition, newsletter, subscriber
from tests.newsletters.sending import send

pytestmark = pytest.mark.usefixtures("committing")
LATE = AT + SLOW_AFTER


def told() -> list[str]:
    return list(Alert.objects.open().filter(kind=Alert.Kind.EDITION_SLOW).values_list("sentence", flat=True))


@pytest.fixture
def made():
    letter = newsletter(name="The Takeaway")
    for _reader in range(2):
        subscriber(letter)
    made = edition(letter)
    assert editions.freeze(made, AT)
    made.refresh_from_db()
    return made


def test_an_hour_after_its_audience_was_fixed_until_it_is_through(sink, made):
    editions.tell_slow(LATE - timedelta(seconds=1))
    assert told() == []
    editions.tell_slow(LATE)
    (sentence,) = told()
    assert "The Takeaway" in sentence
    assert "2 copies still wait." in sentence
    send(made)
    editions.tell_slow(LATE)
    assert told() == []


def test_also_where_no_server_takes_anything(made, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    send(made)
    editions.tell_slow(LATE)
    assert len(told()) == 1


def test_what_a_receiver_puts_off_comes_later_and_is_no_alert(sink, made):
    sink.at_rcpt.extend(["451 4.7.1 later"] * 2)
    send(made)
    editions.tell_slow(LATE)
    assert told() == []


def test_what_a_warm_up_spreads_over_days_is_no_alert(made):
    plan = WarmUp.objects.create(domain="corniche.example", plan=[1, 2])
    WarmUpShare.objects.create(warm_up=plan, edition=made, day=AT.date(), copies=1)
    editions.tell_slow(LATE)
    assert told() == []
