"""Staff are told of an edition that is on its way and does not get through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import Alert
from newsletters import editions
from newsletters.editions.lateness import SLOW_AFTER
from newsletters.models import ReceivingDomain, WarmUp, WarmUpShare
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
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


def test_the_hour_begins_anew_when_a_halted_edition_goes_on(made):
    editions.halt(made, person(), AT)
    editions.tell_slow(LATE)
    assert told() == []
    editions.resume(made, person(), LATE)
    editions.tell_slow(LATE)
    assert told() == []
    editions.tell_slow(LATE + SLOW_AFTER)
    assert len(told()) == 1


@pytest.mark.parametrize("asks_for", [{"most_an_hour": 1}, {"rests_until": LATE + timedelta(minutes=1)}])
def test_a_domain_that_asked_for_patience_is_no_alert(made, asks_for):
    ReceivingDomain.objects.create(domain="example.org", **asks_for)
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
