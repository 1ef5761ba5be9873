"""What a person decides about copies in doubt."""

from datetime import timedelta

import pytest

from memberships.models import AuditEntry
from newsletters import editions
from newsletters.delivery import copies
from newsletters.models import Delivery, Edition
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=9)


@pytest.fixture
def made() -> Edition:
    """An edition that is over; of its four copies two are in doubt."""
    letter = newsletter()
    readers = [subscriber(letter) for _number in range(4)]
    made = edition(letter)
    assert editions.freeze(made, AT)
    Delivery.objects.update(state="accepted")
    Delivery.objects.filter(recipient__in=readers[2:]).update(state="uncertain", settled_at=AT, reply="Lost.")
    assert editions.finish(made, AT)
    made.refresh_from_db()
    return made


def in_doubt() -> list[int]:
    return list(Delivery.objects.filter(state="uncertain").order_by("recipient_id").values_list("recipient", flat=True))


def sums(made: Edition) -> dict[str, int]:
    return dict(made.tallies.filter(copies__gt=0).values_list("state", "copies"))


def test_one_is_taken_as_arrived_and_nothing_else_changes(made):
    first, second = in_doubt()
    certain = Delivery.objects.filter(state="accepted").first()
    assert editions.take_as_arrived(made, [first, certain.recipient_id], person(), LATER) == 1
    assert editions.take_as_arrived(made, [first], person(), LATER) == 0
    assert (in_doubt(), sums(made)) == ([second], {"accepted": 3, "uncertain": 1})
    assert Delivery.objects.get(pk=certain.pk).settled_at == certain.settled_at
    made.refresh_from_db()
    assert (made.state, AuditEntry.objects.get().verb) == ("sent", "edition.copies taken as arrived")


def test_one_is_sent_again_though_the_edition_was_over(made):
    first, second = in_doubt()
    assert editions.send_again(made, [first], person(), LATER) == 1
    made.refresh_from_db()
    assert (made.state, sums(made), in_doubt()) == ("sending", {"accepted": 2, "queued": 1, "uncertain": 1}, [second])
    assert not editions.finish(made, LATER)
    window, _last = copies.take(made, LATER, limit=9)
    assert [(copy.recipient, copy.variant) for copy in window.copies] == [(first, 1)]
    assert AuditEntry.objects.get().details == {"recipients": [first]}


def test_who_is_sent_a_corrected_edition_again_gets_it_corrected(made):
    Edition.objects.update(state="halted")
    waiting = Delivery.objects.filter(state="accepted").first()
    Delivery.objects.filter(pk=waiting.pk).update(state="queued")
    editions.send_corrected(made, person(), LATER)
    first, _second = in_doubt()
    editions.send_again(made, [first], person(), LATER)
    assert Delivery.objects.get(recipient=first).variant == 2
