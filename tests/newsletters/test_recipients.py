"""Addresses are found by their index, whatever case they were typed in, and what was said of one holds for the next."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from memberships.models import User
from newsletters import recipients, signups, suppression
from newsletters.models import Recipient, Signup, Suppression
from newsletters.recipients import recipient_for, recipient_of
from newsletters.signups import Consent
from tests.newsletters.builders import AT, newsletter, person, subscriber

pytestmark = pytest.mark.django_db


def moved(user: User, to: str = "moved@example.org", at: datetime = AT) -> Recipient:
    """Where an account is written to after it moved to an address that is proved."""
    user.emailaddress_set.update(email=to)
    User.objects.filter(pk=user.pk).update(email=to, email_as_typed=to)
    user.refresh_from_db()
    recipients.follow(user, at)
    return Recipient.objects.get(user=user)


def test_an_address_is_found_by_its_index_and_made_once():
    made = recipient_for("Ann@Example.org", AT)
    assert recipient_for("ann@EXAMPLE.org", AT) == made
    with connection.cursor() as cursor:
        # So few rows are read through; the question is whether they have to be.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "recipient_email_unique" in Recipient.objects.filter(email="ann@example.org").explain()


def test_who_said_stop_is_not_written_to_at_another_address_and_a_lost_mailbox_stays_behind():
    user = person()
    old = recipient_of(user, AT)
    signups.leave_all(old, AT)
    suppression.suppress(old, "transactional", Suppression.Reason.HARD_BOUNCE, AT)
    new = moved(user)
    assert set(new.suppressions.values_list("stream", "reason")) == {("newsletters", "asked"), ("offers", "asked")}
    said = new.signup_acts.get()
    assert (said.kind, said.proof) == ("stopped", {"since": AT.isoformat()})


def test_a_complaint_holds_at_another_address_and_moving_there_is_a_sign_of_life():
    user = person()
    suppression.suppress(recipient_of(user, AT), "newsletters", Suppression.Reason.COMPLAINT, AT, "abuse")
    new = moved(user)
    assert list(new.suppressions.values_list("reason", "detail")) == [("complaint", "abuse")]
    assert new.last_sign_at == AT, "who moves is there"


def test_who_takes_a_change_of_address_back_gets_again_what_they_had_and_not_what_they_left():
    kept, left = newsletter(), newsletter()
    user = person("first@example.org")
    first = subscriber(kept, user.email)
    signups.join(first, [left], Consent("account", "Chosen."), AT)
    new = moved(user)
    signups.leave(new, left, AT + timedelta(days=1))
    assert moved(user, "first@example.org", AT + timedelta(days=2)) == first
    assert [signup.newsletter for signup in first.signups.confirmed()] == [kept]
    assert not new.signups.confirmed().exists()
    signups.leave(first, kept, AT + timedelta(days=3))
    moved(user, at=AT + timedelta(days=4))
    assert not Signup.objects.confirmed().exists()
