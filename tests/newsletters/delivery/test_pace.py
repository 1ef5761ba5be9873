"""A domain that puts us off, or that has a limit, is written to slower; nobody else waits for it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from newsletters import editions
from newsletters.delivery import pace
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.models import Edition, Newsletter, ReceivingDomain, Suppression
from tests.newsletters.builders import AT, edition, newsletter, subscriber
from tests.newsletters.sending import send, states

pytestmark = pytest.mark.usefixtures("committing")
migration = import_module("newsletters.migrations.0033_at_least_one_an_hour")
TOO_MUCH = "421 4.7.28 too much from you"


@pytest.fixture
def letter() -> Newsletter:
    return newsletter("takeaway")


def frozen(letter: Newsletter, *addresses: str) -> Edition:
    for address in addresses:
        subscriber(letter, address)
    made = edition(letter)
    assert editions.freeze(made, AT)
    return made


def told(domain: str, *replies: str) -> list[tuple[str, Outcome]]:
    verdicts = {"2": Verdict.ACCEPTED, "4": Verdict.DEFERRED, "5": Verdict.REFUSED}
    return [(domain, Outcome(verdicts[reply[0]], reply)) for reply in replies]


def test_a_limit_holds_for_an_hour_and_keeps_no_other_domain_waiting(sink, letter):
    ReceivingDomain.objects.create(domain="big.example", most_an_hour=2)
    made = frozen(letter, *(f"r{number}@Big.example" for number in range(5)), "ann@example.org")
    send(made)
    assert sorted(sink.addresses) == ["ann@example.org", "r0@Big.example", "r1@Big.example"]
    send(made, AT + timedelta(minutes=59))
    assert states(made) == {"accepted": 3, "queued": 3}
    send(made, AT + timedelta(minutes=61))
    assert states(made) == {"accepted": 5, "queued": 1}
    send(made, AT + timedelta(minutes=122))
    made.refresh_from_db()
    assert (made.state, len(sink.addresses)) == ("sent", 6)


def test_no_limit_closes_a_domain_for_ever():
    """Nobody can set none at all, and what was set before becomes one."""
    domain = ReceivingDomain(domain="big.example", most_an_hour=0)
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        domain.clean_fields()
    with pytest.raises(IntegrityError), transaction.atomic():
        domain.save(force_insert=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE newsletters_receivingdomain DROP CONSTRAINT receiving_domain_takes_something")
        domain.save(force_insert=True)
        cursor.execute(migration.LIFT)
        domain.refresh_from_db()
        assert domain.most_an_hour == 1
        transaction.set_rollback(True)


def test_a_domain_that_puts_off_rests_twice_as_long_each_time_and_is_forgiven_when_it_takes_something(sink, letter):
    made = frozen(letter, *(f"r{number}@big.example" for number in range(4)), "ann@example.org")
    sink.at_rcpt.extend([f"450 4.7.1 later {number}" for number in range(4)])
    send(made)
    assert states(made) == {"accepted": 1, "queued": 4}
    resting = ReceivingDomain.objects.get()
    assert (resting.domain, resting.strikes, resting.rests_until) == ("big.example", 1, AT + pace.FIRST_REST)
    send(made, AT + timedelta(minutes=4))
    assert len(sink.addresses) == 1
    send(made, AT + timedelta(minutes=6))
    resting.refresh_from_db()
    assert (len(sink.addresses), resting.strikes) == (5, 0)


def test_a_domain_that_refuses_us_whoever_it_is_for_rests_and_loses_nobody(sink, letter, caplog):
    made = frozen(letter, *(f"r{number}@big.example" for number in range(3)), "ann@example.org", "bob@example.org")
    sink.at_rcpt.extend(["550 5.7.515 not authenticated"] * 3 + ["550 5.7.1 blocked", "250 OK"])
    send(made)
    assert states(made) == {"accepted": 1, "queued": 3, "failed": 1}
    assert ReceivingDomain.objects.get().domain == "big.example"
    assert "big.example refuses what we send" in caplog.text
    assert not Suppression.objects.exists()
    send(made, AT + timedelta(minutes=6))
    assert states(made) == {"accepted": 4, "failed": 1}


@pytest.mark.parametrize(
    ("replies", "strikes"),
    [
        ([TOO_MUCH, TOO_MUCH], 1),
        (["451 4.7.500 busy", "450 4.4.2 timeout", "250 taken"], 1),
        ([TOO_MUCH], 0),
        (["450 4.2.2 mailbox full"] * 3, 0),
        (["550 5.7.1 no"] * 3, 0),
    ],
)
def test_only_what_says_too_much_is_a_strike(replies, strikes):
    pace.learn(told("big.example", *replies), AT)
    assert sum(ReceivingDomain.objects.values_list("strikes", flat=True)) == strikes


def test_windows_that_were_under_way_together_are_one_strike():
    for _window in range(3):
        pace.learn(told("big.example", TOO_MUCH, TOO_MUCH), AT)
    assert ReceivingDomain.objects.get().strikes == 1
    pace.learn(told("big.example", TOO_MUCH, TOO_MUCH), AT + pace.FIRST_REST)
    resting = ReceivingDomain.objects.get()
    assert (resting.strikes, resting.rests_until) == (2, AT + 3 * pace.FIRST_REST)


def test_no_rest_is_longer_than_the_longest():
    assert pace.rest_after(40) == pace.LONGEST_REST
