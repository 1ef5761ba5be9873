"""What is reported of copies and messages stands, however early it comes and whatever is written down later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from newsletters import editions, messages
from newsletters.delivery import afterwards, claim, copies
from newsletters.delivery import messages as sending
from newsletters.delivery.afterwards import Row, Tiding, What
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.models import Claim, Edition, Message
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
from tests.newsletters.sending import states
from tests.newsletters.test_holding_still import is_waited_for

ACCEPTED, DOWN = Outcome(Verdict.ACCEPTED, "250 taken"), Outcome(Verdict.LINE_DOWN, "421 closing")


def in_hand(readers: int) -> tuple[Edition, copies.Window]:
    """An edition all of whose copies are being handed over in one window."""
    letter = newsletter()
    for _number in range(readers):
        subscriber(letter)
    made = edition(letter)
    assert editions.freeze(made, AT)
    window, _last = copies.take(made, AT, limit=readers)
    assert window is not None
    assert claim.begin(window.claim, AT, edition=made)
    return made, window


def report(made: Edition, window: copies.Window, *whats: What) -> None:
    """The next copies of the window come to these."""
    rows = [Row(copy.recipient, made.pk, made.edition_on) for copy in window.copies]
    with transaction.atomic():
        afterwards.note([Tiding(what, row, "told") for what, row in zip(whats, rows, strict=False)], AT)


@pytest.mark.django_db
@pytest.mark.parametrize("said", [ACCEPTED, DOWN, None])
def test_what_was_reported_of_copies_in_hand_outlives_what_the_sender_says_or_leaves_unsaid(said):
    made, window = in_hand(5)
    told = {What.ARRIVED: "accepted", What.REFUSED: "failed", What.BOUNCED: "bounced", What.COMPLAINED: "complained"}
    report(made, window, *told)
    assert states(made) == dict.fromkeys(told.values(), 1) | {"claimed": 1}
    assert not editions.finish(made, AT)
    report(made, window, *[What.ARRIVED] * 5)
    if said:
        copies.record(made, window, [said] * 5, AT)
    claim.settle_dead(AT + timedelta(minutes=11))
    assert states(made) == dict.fromkeys(told.values(), 1) | {"accepted": 2}
    assert not Claim.objects.exists()
    assert editions.finish(made, AT)


@pytest.mark.django_db
def test_reports_of_one_copy_come_to_the_same_in_any_order_together_or_one_by_one():
    made, window = in_hand(4)
    bad_to_worse = [What.ARRIVED, What.REFUSED, What.BOUNCED, What.COMPLAINED]
    first, second, third, fourth = (Row(copy.recipient, made.pk, made.edition_on) for copy in window.copies)
    for what in bad_to_worse:
        afterwards.note([Tiding(what, first)], AT)
    for what in reversed(bad_to_worse):
        afterwards.note([Tiding(what, second)], AT)
    afterwards.note([Tiding(what, row) for what in bad_to_worse for row in (third, fourth)][::-1], AT)
    assert states(made) == {"complained": 4}


@pytest.mark.django_db
def test_words_of_a_message_that_is_reported_of_while_it_is_in_hand_are_wiped():
    made = messages.welcome(person("ann@example.org"), AT)
    Message.objects.update(is_sensitive=True)
    message = sending.take(AT)
    assert claim.begin(message.claim, AT)
    afterwards.note([Tiding(What.ARRIVED, Row(made.recipient_id, message=made.pk))], AT)
    sending.record(message, DOWN, AT)
    made.refresh_from_db()
    assert (made.state, made.text, Claim.objects.count()) == ("accepted", "", 0)


@pytest.mark.usefixtures("committing")
def test_a_sender_and_the_reports_of_its_window_wait_for_each_other_and_never_in_a_circle():
    made, window = in_hand(2)
    _first, second = window.copies

    def record() -> None:
        copies.record(made, window, [ACCEPTED, ACCEPTED], AT)
        connection.close()

    with ThreadPoolExecutor(1) as sender, transaction.atomic():
        afterwards.note([Tiding(What.BOUNCED, Row(second.recipient, made.pk, made.edition_on))], AT)
        recorded = sender.submit(record)
        until(is_waited_for, "the sender does not wait")
        report(made, window, What.BOUNCED)
    recorded.result()
    assert states(made) == {"bounced": 2}
