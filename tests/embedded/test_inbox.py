"""Messages go in by SMTP as they are and come out readable, whatever strangers have put in them."""

from __future__ import annotations

import smtplib
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from newsroom.embedded import inbox
from tests.embedded.conftest import ROOT, eventually


@pytest.fixture
def smtp_port(tmp_path: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "newsroom.embedded.mail", "--port", str(port), "--inbox", str(tmp_path / "inbox")]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        eventually(lambda: server.poll() is None and answers(port))
        yield port
    finally:
        server.terminate()
        assert server.wait(timeout=10) == 0


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def briefing() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Günaydın — صباح الخير"
    message["From"] = Address("The Corniche, daily", "news", "corniche.example")
    message["To"] = "leyla@reader.example"
    message["Date"] = "Sun, 22 Nov 2026 06:00:00 +0200"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("Today:\n.a line that begins with a dot\n")
    message.add_alternative("<h1>Today</h1>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR\r\n", maintype="text", subtype="calendar", filename="event.ics")
    return message


def test_message_arrives_whole_and_is_read_decoded(smtp_port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_port) as client:
        client.send_message(briefing(), "bounce@corniche.example", ["leyla@reader.example", "blind@reader.example"])
    (message,) = inbox.page(tmp_path / "inbox").messages
    assert message.subject == "Günaydın — صباح الخير"
    assert message.sender == '"The Corniche, daily" <news@corniche.example>'
    assert message.envelope == inbox.Envelope(
        "bounce@corniche.example", ("leyla@reader.example", "blind@reader.example")
    )
    assert message.text == "Today:\r\n.a line that begins with a dot\r\n"
    assert message.html == "<h1>Today</h1>\r\n"
    assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in message.headers
    assert [(part.name, part.content) for part in message.attachments] == [("event.ics", b"BEGIN:VCALENDAR\r\n")]
    assert stat.S_IMODE((tmp_path / "inbox").stat().st_mode) == 0o700


def test_message_is_kept_byte_for_byte(smtp_port: int, tmp_path: Path) -> None:
    content = b"Subject: x\r\nX-Odd:  two  blanks\r\n\r\n\xff\xfe not utf-8\r\n..\r\nlast\r\n"
    with smtplib.SMTP("127.0.0.1", smtp_port) as client:
        client.sendmail("a@x.example", ["b@x.example"], content)
    (message,) = inbox.page(tmp_path / "inbox").messages
    assert inbox.raw(tmp_path / "inbox", message.key) == content


def test_message_that_cannot_be_stored_is_refused_for_now(smtp_port: int, tmp_path: Path) -> None:
    (tmp_path / "inbox").rmdir()
    with smtplib.SMTP("127.0.0.1", smtp_port) as client, pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(briefing())
    assert refusal.value.smtp_code == 451


def store(folder: Path, subject: str, *recipients: str) -> str:
    return inbox.store(folder, f"Subject: {subject}\r\n\r\ntext\r\n".encode(), "a@x.example", recipients)


def test_pages_go_from_the_newest_to_the_oldest(tmp_path: Path) -> None:
    for number in range(7):
        store(tmp_path, str(number), "b@x.example")
    pages = [inbox.page(tmp_path, number, size=3) for number in (1, 2, 3, 4)]
    assert [[message.subject for message in page.messages] for page in pages] == [list("654"), list("321"), ["0"], []]
    assert [page.has_older for page in pages] == [True, True, False, False]


def test_recipient_is_found_by_a_part_of_any_envelope_address(tmp_path: Path) -> None:
    store(tmp_path, "one", "Leyla@Reader.example", "omar@reader.example")
    store(tmp_path, "two", "desk@corniche.example")
    assert [message.subject for message in inbox.page(tmp_path, recipient=" LEYLA@ ").messages] == ["one"]
    assert inbox.page(tmp_path, recipient="nobody").messages == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"Subject: =?utf-8?b?broken\r\nTo: <@@>,,\r\nMessage-ID: <[\r\nDate: never\r\n\r\nx",
        b"Content-Type: text/html; charset=klingon\r\nContent-Disposition: ;;;\r\n\r\n<b>caf\xe9</b>",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/html\r\n\r\nunfinished",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Subject: a\r\n b\x00c\xff\r\n\r\n",
    ],
)
def test_nothing_a_stranger_sends_makes_the_inbox_unreadable(tmp_path: Path, content: bytes) -> None:
    key = inbox.store(tmp_path, content, "", ())
    assert [message.key for message in inbox.page(tmp_path).messages] == [key]
    assert inbox.raw(tmp_path, key) == content


def test_text_in_an_unknown_character_set_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    key = inbox.store(tmp_path, b"Content-Type: text/html; charset=klingon\r\n\r\n<b>caf\xe9</b>", "", ())
    assert inbox.read(tmp_path, key).html == "<b>caf\N{REPLACEMENT CHARACTER}</b>"


@pytest.mark.parametrize("key", ["", "../secrets/secret-key", "00000000000000000001-00000000", "x" * 29])
def test_key_of_no_message_is_not_found(tmp_path: Path, key: str) -> None:
    for ask in (inbox.read, inbox.raw):
        with pytest.raises(inbox.MessageNotFound):
            ask(tmp_path, key)


def test_half_written_message_is_not_shown(tmp_path: Path) -> None:
    key = store(tmp_path, "whole", "b@x.example")
    (tmp_path / f".{key[:-1]}f.eml").write_bytes(b"Subject: half")
    (tmp_path / "notes.eml").write_bytes(b"Subject: not ours")
    assert [message.subject for message in inbox.page(tmp_path).messages] == ["whole"]


def test_delete_all_leaves_no_file_of_a_message(tmp_path: Path) -> None:
    for number in range(3):
        store(tmp_path, str(number), "b@x.example")
    assert inbox.delete_all(tmp_path) == 3
    assert list(tmp_path.iterdir()) == []
    assert inbox.delete_all(tmp_path / "never-made") == 0
