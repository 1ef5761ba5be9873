import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletters.delivery.smtp import Endpoint, Line, Security, Verdict, dot_stuffed, endpoint
from tests.newsletters.sink import DROP

CONTENT = b"Subject: Tea\r\n\r\nHello\r\n.hidden\r\n"


def hand_over(count: int = 1):
    with Line() as line:
        return [line.hand_over("us@example.org", f"r{number}@example.org", CONTENT) for number in range(count)]


def test_messages_share_one_connection_and_keep_their_leading_dots(sink):
    outcomes = hand_over(3)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.ACCEPTED] * 3
    assert outcomes[0].reply == "250 2.0.0 taken"
    assert sink.addresses == ["r0@example.org", "r1@example.org", "r2@example.org"]
    assert ".hidden" in sink.taken[0][1].get_content()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("450 4.2.1 busy", Verdict.DEFERRED),
        ("550 5.1.1 no such user", Verdict.REFUSED),
        ("421 4.3.2 closing", Verdict.LINE_DOWN),
        (DROP, Verdict.LINE_DOWN),
    ],
)
def test_what_is_said_to_the_recipient_is_certain(sink, answer, verdict):
    sink.at_rcpt.append(answer)
    outcomes = hand_over(2)
    assert [outcome.verdict for outcome in outcomes] == [verdict, Verdict.ACCEPTED]
    assert sink.addresses == ["r1@example.org"]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("451 4.3.0 later", Verdict.DEFERRED),
        ("554 5.7.1 spam", Verdict.REFUSED),
        ("999 what", Verdict.UNCERTAIN),
        (DROP, Verdict.UNCERTAIN),
    ],
)
def test_silence_after_the_message_is_doubt(sink, answer, verdict):
    sink.at_data.append(answer)
    outcomes = hand_over(2)
    assert [outcome.verdict for outcome in outcomes] == [verdict, Verdict.ACCEPTED]


def test_a_server_that_is_not_there_is_a_line_down():
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
    with Line(Endpoint("127.0.0.1", port, Security.NONE)) as line:
        outcome = line.hand_over("us@example.org", "r@example.org", CONTENT)
    assert outcome.verdict is Verdict.LINE_DOWN
    assert "refused" in outcome.reply


def test_the_end_of_a_message_cannot_be_forged():
    assert dot_stuffed(b"a\r\n.\r\nMAIL FROM:<x>\r\n") == b"a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:8025", Endpoint("127.0.0.1", 8025, Security.NONE)),
        (
            "smtp+tls://ann%40x:p%2Fw@mail.example.org",
            Endpoint("mail.example.org", 587, Security.STARTTLS, "ann@x", "p/w"),
        ),
        ("smtps://mail.example.org", Endpoint("mail.example.org", 465, Security.TLS)),
    ],
)
def test_addresses_of_mail_servers(url, expected):
    assert endpoint(url) == expected


@pytest.mark.parametrize("url", ["", "mail.example.org", "imap://u:secret@h", "smtp://", "smtp://u:secret@h:port"])
def test_malformed_address_is_refused_without_showing_the_password(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is malformed") as refusal:
        endpoint(url)
    assert "secret" not in str(refusal.value)
