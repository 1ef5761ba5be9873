"""From an invitation that does not arrive, over a real line, to a free seat and an owner who knows."""

import json

import pytest

from memberships import clock
from memberships.models import AuditEntry, Seat
from memberships.teams import invitations, seats
from newsletters import tasks
from newsletters.delivery import claim
from newsletters.delivery.mime import message_id
from newsletters.models import Message, SendState, Stream, Suppression
from newsletters.recipients import recipient_for
from tests.newsletters.builders import person
from tests.newsletters.inviting import held, invite, letters_to_the_owner, room_of
from tests.newsletters.sink import DROP

pytestmark = pytest.mark.usefixtures("committing")
SECRET = {"Authorization": "Basic dXM6c2VjcmV0"}  # us:secret


def send_and_look() -> None:
    tasks.send_messages()
    tasks.release_undeliverable_invitations()


@pytest.fixture
def bounce(client, settings):
    """``bounce(message, kind)``: Postmark reports it, through our own ear, and then we look."""
    settings.EMAIL_WEBHOOK_SECRETS = {"postmark": "us:secret"}

    def report(message: Message, kind: str = "HardBounce", name: str = "") -> None:
        ours = message_id(message.public_id, prefix="m")
        facts = {
            "RecordType": "Bounce",
            "Type": kind,
            "MessageID": name or ours,
            "Email": message.recipient.email,
        }
        path = "/webhooks/email/postmark/"
        answer = client.post(path, json.dumps(facts), content_type="application/json", headers=SECRET)
        assert answer.status_code == 200
        tasks.work_off_reports()
        tasks.release_undeliverable_invitations()

    return report


def test_refused_address_gives_its_seat_to_the_next_and_the_owner_is_told(sink):
    room = room_of(1)
    assert invite(room, "typo@quay.example", "right@quay.example") == ["invited", "full"]
    sink.at_rcpt.append("550 5.1.1 no such user")
    send_and_look()

    assert held(room) == []
    assert invite(room, "right@quay.example") == ["invited"]
    send_and_look()
    assert held(room) == ["right@quay.example"]
    assert sorted(sink.addresses) == ["owner@quay.example", "right@quay.example"]
    letter = next(message for address, message in sink.taken if address == "owner@quay.example")
    assert letter["Subject"] == "The invitation to typo@quay.example could not be delivered"
    text = letter.get_body(["plain"]).get_content()
    for words in ("typo@quay.example", "Check how the address is spelt", "/account/team/"):
        assert words in text


def test_address_given_up_after_many_deferrals_gives_its_seat_back(sink):
    room = room_of(1)
    invite(room, "full@quay.example")
    Message.objects.update(attempts=claim.MOST_ATTEMPTS - 1)
    sink.at_data.append("451 4.2.2 mailbox full")
    send_and_look()
    assert held(room) == []


def test_deferred_invitation_holds_its_seat(sink):
    room = room_of(1)
    invite(room, "busy@quay.example")
    sink.at_data.append("451 4.3.0 later")
    send_and_look()
    assert held(room) == ["busy@quay.example"]


def test_doubtful_invitation_holds_its_seat(sink):
    room = room_of(1)
    invite(room, "ada@quay.example")
    sink.at_data.append(DROP)
    send_and_look()
    assert Message.objects.get().state == SendState.UNCERTAIN
    assert held(room) == ["ada@quay.example"]


def test_lost_address_gives_its_seat_back_without_being_written_to(sink):
    room = room_of(1)
    Suppression.objects.create(
        recipient=recipient_for("gone@quay.example", clock.now()),
        stream=Stream.TRANSACTIONAL,
        reason=Suppression.Reason.HARD_BOUNCE,
        suppressed_at=clock.now(),
    )
    invite(room, "gone@quay.example")
    send_and_look()
    assert (held(room), sink.taken) == ([], [])
    assert len(letters_to_the_owner()) == 1


def test_late_hard_bounce_gives_the_seat_back(sink, bounce):
    room = room_of(1)
    invite(room, "gone@quay.example")
    send_and_look()
    assert held(room) == ["gone@quay.example"]

    bounce(Message.objects.get())
    assert held(room) == []
    assert invite(room, "right@quay.example") == ["invited"]


def test_bounce_that_names_only_the_address_gives_the_seat_back(sink, bounce):
    """As Postmark, SES and others report it, under a number of their own."""
    room = room_of(2)
    invite(room, "gone@quay.example", "ada@quay.example")
    send_and_look()

    bounce(Message.objects.get(recipient__email="gone@quay.example"), name="883953f4-6105-42a2-a16a-77a8eac79483")

    assert held(room) == ["ada@quay.example"]
    assert len(letters_to_the_owner()) == 1


def test_address_lost_before_and_written_to_again_is_no_bounce(sink):
    """The newsletters' stream remembers a bounce of long ago; the invitation was taken all the same."""
    room, address = room_of(1), "back@quay.example"
    Suppression.objects.create(
        recipient=recipient_for(address, clock.now()),
        stream=Stream.NEWSLETTERS,
        reason=Suppression.Reason.HARD_BOUNCE,
        suppressed_at=clock.now(),
    )
    invite(room, address)
    send_and_look()
    assert held(room) == [address]


def test_soft_bounce_leaves_the_seat(sink, bounce):
    room = room_of(1)
    invite(room, "away@quay.example")
    tasks.send_messages()
    bounce(Message.objects.get(), "SoftBounce")
    assert held(room) == ["away@quay.example"]
    assert letters_to_the_owner() == []


def test_whoever_accepted_before_the_bounce_keeps_the_seat(sink, bounce):
    room, reader = room_of(1), person("ada@quay.example")
    invite(room, reader.email)
    tasks.send_messages()
    seats.accept(invitations.token_for(Seat.objects.get()), reader, clock.now())
    bounce(Message.objects.get())
    assert Seat.objects.get().state == Seat.State.ACTIVE
    assert letters_to_the_owner() == []


def test_looking_twice_frees_once_and_writes_once(sink):
    room = room_of(3)
    invite(room, "typo@quay.example", "gone@quay.example")
    sink.at_rcpt.extend(["550 5.1.1 no such user"] * 2)
    send_and_look()
    send_and_look()
    assert sorted(sink.addresses) == ["owner@quay.example", "owner@quay.example"]
    assert AuditEntry.objects.filter(verb="invitation undeliverable").count() == 1


def test_bounce_of_the_first_invitation_does_not_end_the_second(sink, bounce):
    room = room_of(1)
    invite(room, "ada@quay.example")
    tasks.send_messages()
    first = Message.objects.get()
    seats.release(Seat.objects.get(), room.owner, clock.now())
    assert invite(room, "ada@quay.example") == ["invited"]
    tasks.send_messages()
    bounce(first)
    assert held(room) == ["ada@quay.example"]
    assert letters_to_the_owner() == []


def test_refused_address_can_be_invited_again_and_arrive(sink):
    room = room_of(1)
    invite(room, "ada@quay.example")
    sink.at_rcpt.append("550 5.1.1 not yet")
    send_and_look()
    assert invite(room, "ada@quay.example") == ["invited"]
    send_and_look()
    assert held(room) == ["ada@quay.example"]
    assert len(letters_to_the_owner()) == 1
