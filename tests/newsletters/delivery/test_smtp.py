import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletters.delivery.outcomes import Verdict
from newsletters.delivery.smtp import Endpoint, Envelope, Line, Security, endpoint, told
from tests.newsletters.sink import DROP

CONTENT = b"Subject: Tea\r\n\r\nHello\r\n.hidden\r\n"


@pytest.fixture(params=["one command at a time", "commands in groups"], autouse=True)
def _groups(request, sink):
    """Servers that take commands in groups (RFC 2920), and such as do not."""
    sink.takes_groups = request.param == "commands in groups"


def envelope(number: int = 0) -> Envelope:
    return Envelope("us@example.org", f"r{number}@example.org", told(CONTENT))


def verdicts(*counts: int) -> list[Verdict]:
    """Of letters handed over in windows of so many, over one line."""
    numbers = iter(range(sum(counts)))
    with Line() as line:
        windows = [line.hand_over([envelope(next(numbers)) for _letter in range(count)]) for count in counts]
    return [outcome.verdict for outcomes in windows for outcome in outcomes]


def test_letters_share_one_connection_and_keep_their_leading_dots(sink):
    with Line() as line:
        outcomes = line.hand_over([envelope(number) for number in range(3)])
    assert [outcome.verdict for outcome in outcomes] == [Verdict.ACCEPTED] * 3
    assert outcomes[0].reply == "250 2.0.0 taken"
    assert sink.addresses == ["r0@example.org", "r1@example.org", "r2@example.org"]
    assert sink.connections == 1
    assert ".hidden" in sink.taken[0][1].get_content()


@pytest.mark.parametrize(
    ("answer", "verdict"), [("450 4.2.1 busy", Verdict.DEFERRED), ("550 5.1.1 no such user", Verdict.REFUSED)]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_recipient_who_is_refused_keeps_nobody_else_waiting(sink, answer, verdict, place):
    sink.at_rcpt.extend(["250 OK"] * place + [answer])
    expected = [Verdict.ACCEPTED] * 4
    expected[place] = verdict
    assert verdicts(3, 1) == expected
    assert sink.addresses == [f"r{number}@example.org" for number in range(4) if number != place]
    assert sink.connections == 1


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", DROP])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_goes_down_under_an_announcement_leaves_no_doubt(sink, answer, place):
    sink.at_rcpt.extend(["250 OK"] * place + [answer])
    assert verdicts(3) == [Verdict.ACCEPTED] * place + [Verdict.LINE_DOWN] * (3 - place)
    assert sink.addresses == [f"r{number}@example.org" for number in range(place)]


@pytest.mark.parametrize(
    ("answer", "verdict"), [("451 4.3.0 later", Verdict.DEFERRED), ("554 5.7.1 spam", Verdict.REFUSED)]
)
def test_a_letter_that_is_refused_after_it_was_told_is_certain(sink, answer, verdict):
    sink.at_data.append(answer)
    assert verdicts(2) == [verdict, Verdict.ACCEPTED]


@pytest.mark.parametrize("answer", ["999 what", DROP])
def test_silence_after_a_letter_is_doubt_about_that_letter_alone(sink, answer):
    sink.at_data.extend(["250 2.0.0 taken", answer])
    assert verdicts(3, 1) == [Verdict.ACCEPTED, Verdict.UNCERTAIN, Verdict.LINE_DOWN, Verdict.ACCEPTED]


def test_a_server_that_takes_nothing_for_nobody_is_asked_to_forget_it(sink):
    """It asks for the letter although it refused the recipient, as some do."""
    sink.at_rcpt.append("550 5.1.1 no such user")
    sink.asks_for_all = True
    assert verdicts(2) == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert sink.addresses == ["r1@example.org"]


def test_no_letter_is_begun_when_the_time_is_up(sink):
    with Line() as line:
        outcomes = line.hand_over([envelope(number) for number in range(3)], until=-1.0)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.ACCEPTED, Verdict.LINE_DOWN, Verdict.LINE_DOWN]
    assert sink.addresses == ["r0@example.org"]


def test_a_server_that_is_not_there_is_a_line_down():
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
    with Line(Endpoint("127.0.0.1", port, Security.NONE)) as line:
        (outcome,) = line.hand_over([envelope()])
    assert outcome.verdict is Verdict.LINE_DOWN
    assert "refused" in outcome.reply


def test_the_end_of_a_message_cannot_be_forged():
    assert told(b"a\r\n.\r\nMAIL FROM:<x>\r\n") == b"a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"


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
