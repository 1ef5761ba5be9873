"""From what a library sends to what the next server got."""

import threading
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail  # noqa: TID251 - what libraries do
from django.db import connection, transaction

from memberships import clock
from newsletters import tasks
from newsletters.delivery import claim, messages
from newsletters.delivery.mime import Letter
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.delivery.smtp import Envelope, Line, told
from newsletters.models import Claim, Message, Recipient, SendState, Stream, Suppression
from tests.newsletters.sink import DROP

pytestmark = pytest.mark.usefixtures("committing")


def write(count: int = 1) -> list[Message]:
    for number in range(count):
        send_mail("Sign-in code", f"Your code is 48213{number}.", None, [f"Reader{number}@Example.org"])
    return list(Message.objects.order_by("id"))


def send(at=None) -> None:
    with Line() as line:
        for _round in range(50):
            if not messages.send_next(line, lambda: at or clock.now()):
                return


def test_mail_of_libraries_is_a_row_before_it_is_a_message(sink):
    (message,) = write()
    assert (message.state, message.is_sensitive, message.stream) == ("queued", True, "transactional")
    assert message.recipient.email == "reader0@example.org"
    assert "482130" in message.html
    assert sink.taken == []


def test_waiting_message_arrives_as_text_and_html(sink):
    (message,) = write()
    tasks.send_messages()
    ((address, arrived),) = sink.taken
    assert address == "Reader0@Example.org"
    assert arrived["Message-ID"] == f"<m{message.public_id.hex}@corniche.example>"
    assert (arrived["Auto-Submitted"], arrived["Content-Language"]) == ("auto-generated", "en")
    assert arrived["Subject"] == "Sign-in code"
    assert arrived.get_content_type() == "multipart/alternative"
    assert arrived.get_body(["plain"]).get_content().strip() == "Your code is 482130."
    assert "482130" in arrived.get_body(["html"]).get_content()
    assert arrived["List-Unsubscribe"] is None


def test_code_is_wiped_once_accepted(sink):
    (message,) = write()
    send()
    message.refresh_from_db()
    assert (message.state, message.subject, message.text, message.html) == ("accepted", "", "", "")
    assert message.reply == "250 2.0.0 taken"


def test_html_of_libraries_may_be_mjml(sink):
    mail = EmailMultiAlternatives("Hello", "Hello", to=["a@example.org"])
    mail.attach_alternative(
        "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>",
        "text/html",
    )
    mail.attach("visit.ics", "BEGIN:VCALENDAR", "text/calendar")
    mail.send()
    message = Message.objects.get()
    assert message.html.startswith("<!doctype html>")
    send()
    arrived = sink.taken[0][1]
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["visit.ics"]


def test_dropped_line_before_the_message_loses_nothing_and_doubles_nothing(sink):
    write(3)
    sink.at_rcpt.append(DROP)
    send()
    assert sink.taken == []
    assert set(Message.objects.values_list("state", "claim", "attempts")) == {("queued", None, 0)}
    send(clock.now() + timedelta(minutes=1))
    assert sorted(sink.addresses) == ["Reader0@Example.org", "Reader1@Example.org", "Reader2@Example.org"]


def test_dropped_line_after_the_message_is_doubt_and_never_sent_again(sink):
    write(2)
    sink.at_data.append(DROP)
    send()
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == ["uncertain", "accepted"]
    send(clock.now() + timedelta(days=1))
    assert sink.addresses == ["Reader0@Example.org", "Reader1@Example.org"]


def test_deferred_message_waits_longer_each_time_and_is_given_up(sink):
    (message,) = write()
    at = clock.now()
    sink.at_data.extend(["451 4.3.0 later"] * claim.MOST_ATTEMPTS)
    for attempt in range(1, claim.MOST_ATTEMPTS):
        send(at)
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("queued", attempt)
        assert message.not_before == at + claim.pause_after(attempt)
        at = message.not_before
    send(at)
    message.refresh_from_db()
    assert (message.state, message.attempts, sink.taken) == ("failed", claim.MOST_ATTEMPTS, [])


def test_refused_message_is_not_tried_again(sink):
    (message,) = write()
    sink.at_rcpt.append("550 5.1.1 no such user")
    send()
    send(clock.now() + timedelta(days=1))
    message.refresh_from_db()
    assert (message.state, message.reply, sink.taken) == ("failed", "550 5.1.1 no such user", [])


def test_suppression_of_newsletters_does_not_stop_a_sign_in_code(sink):
    write(2)
    one, other = Recipient.objects.order_by("id")
    for recipient, stream in [(one, Stream.NEWSLETTERS), (other, Stream.TRANSACTIONAL)]:
        Suppression.objects.create(
            recipient=recipient, stream=stream, reason=Suppression.Reason.ASKED, suppressed_at=clock.now()
        )
    send()
    assert sink.addresses == ["Reader0@Example.org"]
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == ["accepted", "suppressed"]


@pytest.mark.parametrize(
    ("is_handing_over", "state", "arrives"), [(False, SendState.QUEUED, 1), (True, SendState.UNCERTAIN, 0)]
)
def test_claim_of_a_dead_worker_is_settled_by_how_far_it_got(sink, is_handing_over, state, arrives):
    (message,) = write()
    at = clock.now()
    claimed = messages.take(at)
    if is_handing_over:
        assert claim.begin(claimed.claim, at)
    claim.settle_dead(at + timedelta(minutes=5))
    message.refresh_from_db()
    assert message.state == SendState.CLAIMED
    claim.settle_dead(at + timedelta(minutes=11))
    message.refresh_from_db()
    assert message.state == state
    send(at + timedelta(minutes=12))
    assert len(sink.taken) == arrives


def test_worker_thought_dead_is_fenced_off(sink):
    write()
    at = clock.now()
    claimed = messages.take(at)
    claim.settle_dead(at + timedelta(minutes=11))
    assert not claim.begin(claimed.claim, at)


def test_row_says_that_it_is_being_handed_over_while_it_is(sink):
    """Whoever looks from another process at that moment sees it, so a worker killed there leaves a doubt."""
    seen = []

    def look() -> None:
        begun = Claim.objects.filter(pk=Message.objects.get().claim, begun_at__isnull=False).exists()
        seen.append((Message.objects.get().state, begun))
        connection.close()

    write()
    sink.while_told = look
    send()
    assert seen == [(SendState.CLAIMED, True)]


def test_worker_that_dawdles_past_the_end_of_its_claim_sends_nothing(sink, monkeypatch):
    """It writes the letter, and meanwhile it is taken for dead and the row is given to somebody else."""
    write()
    at = clock.now()
    writing = messages.letter_of

    def slowly(message: Message) -> Letter:
        claim.settle_dead(at + timedelta(minutes=11))
        return writing(message)

    with monkeypatch.context() as patch, Line() as line:
        patch.setattr(messages, "letter_of", slowly)
        assert messages.send_next(line, lambda: at)
    assert sink.taken == []
    send(at + timedelta(minutes=11))
    assert len(sink.taken) == 1


def test_rows_that_somebody_else_is_claiming_are_passed_over(sink):
    first, second = write(2)
    at = clock.now()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Message.objects.select_for_update().get(pk=first.pk)
            held.set()
            done.wait(timeout=30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(timeout=30)
    taken = messages.take(at)
    done.set()
    holder.join(timeout=30)
    assert taken is not None
    assert taken.pk == second.pk


def test_late_news_settles_a_doubt_and_never_sends_wiped_words(sink):
    (message,) = write()
    at = clock.now()
    claimed = messages.take(at)
    claim.begin(claimed.claim, at)
    claim.settle_dead(at + timedelta(minutes=11))
    messages.record(claimed, Outcome(Verdict.LINE_DOWN, "421 closing"), at)
    message.refresh_from_db()
    assert (message.state, message.text) == (SendState.UNCERTAIN, "")
    with Line() as line:
        (outcome,) = line.hand_over([Envelope("us@example.org", "r@example.org", told(b"Subject: x\r\n\r\nx\r\n"))])
    messages.record(claimed, outcome, at)
    message.refresh_from_db()
    assert message.state == SendState.ACCEPTED


def test_message_that_cannot_be_written_fails_alone(sink):
    first, _second = write(2)
    Message.objects.filter(pk=first.pk).update(attachments=[{"name": "x"}])
    send()
    first.refresh_from_db()
    assert (first.state, sink.addresses) == ("failed", ["Reader1@Example.org"])
