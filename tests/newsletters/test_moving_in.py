"""What newsletters hear of somebody who moves in: what they had, what they had left, and one invitation at most."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memberships import clock, identity
from memberships.importing import letters
from newsletters import signups
from newsletters.models import Message, Recipient, Signup, Stream, Suppression
from newsletters.recipients import recipient_for
from newsletters.suppression import suppress
from tests.memberships.importing.moving import brought, ghost, moved
from tests.newsletters.builders import AT, newsletter, pro

pytestmark = pytest.mark.django_db
WORDS = "Yes, send me the morning letter."


def moved_in(*people: dict[str, str], **wish: object) -> None:
    moved(brought(ghost(*people), consent_text=WORDS, **wish))


def test_what_they_had_goes_on_with_its_words_and_what_they_left_stays_left():
    letter = newsletter("morning")
    newsletter("members-only", product=pro())
    had = {"email": "Had@example.org", "subscribed_to_emails": "true", "created_at": "2024-02-03T10:00:00Z"}
    left = {"email": "left@example.org", "subscribed_to_emails": "false"}

    moved_in(had, left, {"email": "unsaid@example.org"}, newsletters=["morning", "members-only"])

    goes_on = Signup.objects.get(recipient__email="had@example.org")
    assert (goes_on.newsletter, goes_on.state, goes_on.source) == (letter, Signup.State.CONFIRMED, "Ghost")
    assert (goes_on.consent_text, goes_on.confirmed_at) == (WORDS, datetime(2024, 2, 3, 10, tzinfo=UTC))
    assert goes_on.recipient.email_as_typed == "Had@example.org"
    assert Signup.objects.get(recipient__email="left@example.org").state == Signup.State.LEFT
    assert not Recipient.objects.filter(email="unsaid@example.org").exists()
    assert letters.choices() == [("morning", letter.name)]
    assert not Message.objects.exists()


def test_what_somebody_chose_here_stays():
    letter = newsletter("morning")
    consent = signups.Consent("here", "here")
    for email in ("left@example.org", "stays@example.org", "stopped@example.org"):
        signups.join(recipient_for(email, AT), [letter], consent, AT)
    signups.leave(recipient_for("left@example.org", AT), letter, AT)
    suppress(recipient_for("stopped@example.org", AT), Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)

    moved_in(
        {"email": "left@example.org", "subscribed_to_emails": "true"},
        {"email": "stays@example.org", "subscribed_to_emails": "false"},
        {"email": "stopped@example.org", "subscribed_to_emails": "true"},
        newsletters=["morning"],
    )

    states = dict(Signup.objects.values_list("recipient__email", "state"))
    assert (states["left@example.org"], states["stays@example.org"]) == ("left", "confirmed")
    assert Suppression.objects.filter(recipient__email="stopped@example.org").exists()


def test_one_invitation_in_their_language_if_staff_wish():
    identity.open_account("known@example.org", clock.now(), language="tr", name="Known")
    given = {"email": "given@example.org", "complimentary_plan": "true"}

    moved_in(given, {"email": "known@example.org", "name": "Another"}, invites=True)
    moved_in(given, invites=True)

    told = Message.objects.order_by("recipient__email")
    assert [(each.kind, each.recipient.email) for each in told] == [
        ("moved_in", "given@example.org"),
        ("moved_in", "known@example.org"),
    ]
    assert "You can read everything of" in " ".join(told[0].text.split())
    assert told[1].recipient.language == "tr"
