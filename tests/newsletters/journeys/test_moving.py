"""Who moves to another address goes on there, and hears nothing more at the one they left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import Entitlement
from newsletters.delivery import messages as sending
from newsletters.models import JourneyLetter, Message, Run
from newsletters.recipients import recipient_of
from tests.newsletters.builders import AT, grant_pro, person, pro, recipient
from tests.newsletters.journeys.travelling import DAY, journey, tick
from tests.newsletters.test_recipients import moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def farewell():
    """Two letters, a day apart, to whoever is a member no more."""
    return journey({"words": "First"}, {"words": "Second", "wait_days": 1}, occasion="ended", product=pro())


def test_letters_go_on_to_the_new_address_once_each_and_one_a_day(farewell):
    user = person()
    grant_pro(user, until=AT - timedelta(minutes=5))
    old = recipient_of(user, AT)
    assert tick(AT) == ["First"]
    new = moved(user)
    assert sending.take(AT) is None, "what waits for the former mailbox does not go"
    assert JourneyLetter.objects.get().recipient == new
    Run.objects.update(due_at=AT + timedelta(hours=1))
    assert tick(AT + timedelta(hours=1)) == []
    assert tick(AT + DAY + timedelta(hours=1)) == ["Second"]
    assert Message.objects.get(subject="Second").recipient == new
    assert not old.runs.exists()


@pytest.mark.parametrize("state", ["running", "done"])
def test_a_journey_that_the_new_address_is_on_ends_for_the_former(farewell, state):
    user, new = person(), recipient("moved@example.org")
    until = AT - timedelta(minutes=5)
    grant_pro(user, until=until)
    occasion = f"right:{Entitlement.objects.get().pk}" if state == "done" else "another right"
    stands = {"step": farewell.steps.last(), "due_at": AT + 2 * DAY} if state == "running" else {"settled_at": AT}
    theirs = Run.objects.create(
        journey=farewell, recipient=new, occasion=occasion, state=state, started_at=until, **stands
    )
    assert tick(AT) == ["First"]
    assert moved(user) == new
    assert Run.objects.exclude(pk=theirs.pk).get().state == "stopped"
    assert sending.take(AT) is None
    assert tick(AT + DAY) == []
    theirs.refresh_from_db()
    assert (theirs.state, theirs.recipient) == (state, new)
